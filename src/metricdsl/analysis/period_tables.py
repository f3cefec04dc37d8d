"""Calendars whose periods lie in a table: their grains, and their rows as the entity that they stand for."""

from collections.abc import Container, Iterator

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.stand_in_entities import day_of_entity, entity_of
from metricdsl.model.period_table import PeriodTable
from metricdsl.syntax import nodes


def table_of_periods(declared: Declared, taken: Container[str]) -> PeriodTable | None:
    """Where the periods of a calendar lie; None where they lie in no table, or it does not say all that is needed.

    `taken` are the names of all entities.
    """
    node = declared.node
    if not isinstance(node, nodes.CalendarDecl) or node.origin is None or _day(node) is None:
        return None
    grains = written_grains(node)
    if not grains or any(len(grain.parts) > 1 for grain in grains):
        return None
    name = f"{declared.name}_periods"
    while name in taken:
        name += "_"
    return PeriodTable(name, tuple(grain.text for grain in grains))


def written_grains(node: nodes.CalendarDecl) -> tuple[nodes.Name, ...]:
    """The columns that a calendar calls its grains, in the order written: the shortest first."""
    values = (value for one in node.properties if one.word == "grain" for value in one.values)
    return tuple(dict.fromkeys(value for value in values if isinstance(value, nodes.Name)))


def periods_as_entities(
    directory: Directory, taken: Container[str]
) -> Iterator[tuple[Declared, str, nodes.EntityDecl]]:
    """All calendars with their periods in a table, with a name that no entity has and the entity that their rows stand for."""
    for declared in directory.all("calendar"):
        table = table_of_periods(declared, taken)
        if table is not None and isinstance(declared.node, nodes.CalendarDecl):
            yield declared, table.rows, _entity(declared.node)


def _day(node: nodes.CalendarDecl) -> nodes.Name | None:
    """The column of the day."""
    said = [value for one in node.properties if one.word == "day" for value in one.values]
    return said[0] if len(said) == 1 and isinstance(said[0], nodes.Name) else None


def _entity(node: nodes.CalendarDecl) -> nodes.EntityDecl:
    day = _day(node)
    assert day is not None, "only then is there a table"
    members: list[nodes.Member] = [day_of_entity(day.text, day.span)]
    members += [
        nodes.DimensionMember(
            name=one.text, name_span=one.span, label=None, type=None, value=None, span=one.span
        )
        for one in written_grains(node)
    ]
    return entity_of(node, members)
