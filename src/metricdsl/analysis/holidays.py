"""Holidays from a table, as rows: the entity that `holidays from public_holidays.day` stands for."""

from collections.abc import Container, Iterator

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.world import World
from metricdsl.syntax import nodes


def holidays_as_entities(
    directory: Directory, taken: Container[str]
) -> Iterator[tuple[Declared, str, nodes.EntityDecl]]:
    """All calendars whose holidays lie in a table, with a name that no entity has and the entity that these stand for."""
    for declared in directory.all("calendar"):
        place = None if not isinstance(declared.node, nodes.CalendarDecl) else place_of(declared.node)
        if place is not None:
            yield declared, _name(declared, taken), _entity(declared.node, place)


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


def _entity(node: nodes.Declaration, place: nodes.Name) -> nodes.EntityDecl:
    day = place.parts[-1]
    date = nodes.TypeWritten(atoms=(nodes.TypeAtom(name="date", span=place.span),), span=place.span)
    return nodes.EntityDecl(
        name=node.name,
        name_span=node.name_span,
        label=None,
        source=".".join(place.parts[:-1]),
        source_span=place.span,
        members=(
            nodes.TimeMember(
                name=day, name_span=place.span, type=date, value=None, default=True, span=place.span
            ),
        ),
        span=node.span,
    )
