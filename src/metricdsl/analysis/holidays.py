"""Holidays from a table, as rows: the entity that `holidays from public_holidays.day` stands for."""

from collections.abc import Container, Iterator

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.stand_in_entities import day_of_entity, entity_of
from metricdsl.analysis.world import World
from metricdsl.syntax import nodes


def holidays_as_entities(
    directory: Directory, taken: Container[str]
) -> Iterator[tuple[Declared, str, nodes.EntityDecl]]:
    """All calendars whose holidays lie in a table, with a name that no entity has and the entity that these stand for."""
    for declared in directory.all("calendar"):
        if not isinstance(declared.node, nodes.CalendarDecl):
            continue
        place = place_of(declared.node)
        if place is not None:
            day = day_of_entity(place.parts[-1], place.span)
            yield declared, _name(declared, taken), entity_of(declared.node, [day], place)


def place_of(node: nodes.CalendarDecl) -> nodes.Name | None:
    """The table and the column that the holidays of a calendar lie in; None where they are all listed."""
    found = (listed.origin for listed in node.holidays if listed.origin is not None)
    return next((name for name in found if len(name.parts) > 1), None)


def rows_of(declared: Declared, world: World) -> str:
    """The name of the rows of a calendar's holidays, in a world that has them."""
    return _name(declared, {name for name, one in world.headers.items() if one.declared.sort == "entity"})


def _name(declared: Declared, taken: Container[str]) -> str:
    name = f"{declared.name}_holidays"
    while name in taken:
        name += "_"
    return name
