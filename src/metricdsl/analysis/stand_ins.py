"""Rows of tables that no entity names: those of exchange rates, of holidays and of calendars, each as the entity that it stands for."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.entities import header
from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.opening_hours import HolidaysAreNoDates
from metricdsl.model.entity import Column
from metricdsl.model.settings import Settings
from metricdsl.model.types import Kind
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes


def stand_ins(
    declared: Iterable[tuple[Declared, str, nodes.EntityDecl]],
    directory: Directory,
    catalog: Catalog | None,
    settings: Settings,
    broken: Mapping[str, tuple[Problem, ...]],
) -> tuple[dict[str, Header], list[Problem]]:
    """The headers of entities that declarations stand for, by the names they are given, and what is wrong with them."""
    found: dict[str, Header] = {}
    problems: list[Problem] = []
    for one, name, entity in declared:
        made, wrong = header(
            Declared(name, one.sort, entity, one.scope, one.source), directory, catalog, settings, broken
        )
        found[made.name] = made
        problems.extend(wrong)
    return found, problems


def as_declared(rows: Header, headers: Iterable[Header]) -> tuple[Header, list[Problem]]:
    """Rows that no entity names, their texts read as an entity of the same table declares them, and the columns that cannot be.

    `holidays from closed.day` beside `entity closure from closed { time day : date "DD.MM.YYYY" }` reads such dates.
    """
    stored, problems = dict(rows.stored), list[Problem]()
    for name in rows.declared_types:
        for entity, column in _same_column(rows, name, headers):
            if column.type.kind is stored[name].type.kind:
                stored[name] = evolve(stored[name], format=column.format, or_null=column.or_null)
            elif rows.declared.sort == "calendar" and column.type.kind is not Kind.UNKNOWN:
                problem = HolidaysAreNoDates(
                    column=name,
                    kind=column.type.kind.value,
                    entity=entity.short,
                    table=rows.table.name,
                    source=rows.table.source,
                    span=stored[name].span,
                )
                problems.append(problem)
                break
    return evolve(rows, stored=stored, unsound=(*rows.unsound, *problems)), problems


def _same_column(rows: Header, name: str, headers: Iterable[Header]) -> Iterator[tuple[Header, Column]]:
    """The declared columns of entities that are a column of the rows."""
    for one in headers:
        same = (one.table.name, one.table.source) == (rows.table.name, rows.table.source)
        if same and one.declared.sort == "entity" and name in one.declared_types and name in one.stored:
            yield one, one.stored[name]
