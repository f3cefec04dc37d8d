"""Holidays from a table, as rows: the entity that `holidays from public_holidays.day` stands for."""

from collections.abc import Container, Mapping

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.entities import header
from metricdsl.analysis.world import Header, World
from metricdsl.diagnostics import Problem
from metricdsl.model.settings import Settings
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes


def holiday_headers(
    directory: Directory,
    catalog: Catalog | None,
    settings: Settings,
    taken: Container[str],
    broken: Mapping[str, tuple[Problem, ...]],
) -> tuple[dict[str, Header], list[Problem]]:
    """The rows of the holidays of all calendars that have them in a table, under names that no entity has."""
    found: dict[str, Header] = {}
    problems: list[Problem] = []
    for declared in directory.all("calendar"):
        place = None if not isinstance(declared.node, nodes.CalendarDecl) else place_of(declared.node)
        if place is None:
            continue
        row = Declared(
            _name(declared, taken), "calendar", _entity(declared.node, place), declared.scope, declared.source
        )
        made, wrong = header(row, directory, catalog, settings, broken)
        found[made.name] = made
        problems.extend(wrong)
    return found, problems


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
