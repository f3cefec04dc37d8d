"""Whether the tables and columns that a request reads are there, and what they are made of on the engine."""

from collections.abc import Iterator, Mapping, Sequence

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.engine.used import Used
from metricdsl.model.entity import Entity
from metricdsl.model.formula import ColumnRef
from metricdsl.plan.expressions import columns
from metricdsl.spi.values import Catalog, TableInfo


def missing(
    entities: Mapping[str, Entity], used: Used, catalog: Catalog, connection: str, known: Sequence[str]
) -> Iterator[Problem]:
    """The tables and columns that are not there; `known` are the names of all tables, for near ones."""
    told: set[str] = set()
    for name, entity in entities.items():
        table = entity.table
        info = catalog.tables.get(table.name)
        if info is not None:
            yield from _missing_columns(entity, info, used.get(name, {}))
        elif table.name not in told:
            told.add(table.name)
            close = near(table.name, known)
            yield MissingTable(table=table.name, connection=connection, near=close, span=table.span)


def _missing_columns(entity: Entity, info: TableInfo, wanted: Mapping[str, None]) -> Iterator[Problem]:
    there = {column.name for column in info.columns}
    told: set[str] = set()
    for name in wanted:
        column = entity.columns.get(name)
        for behind in table_columns(entity, name):
            if info.column(behind) is not None or behind in told:
                continue
            told.add(behind)
            span = None if column is None else column.span
            yield MissingColumn(
                table=entity.table.name, column=behind, near=near(behind, there), span=span or entity.span
            )


def table_columns(entity: Entity, name: str) -> tuple[str, ...]:
    """The table's columns behind a stored column of an entity."""
    supplied = entity.supplies.get(name)
    if supplied is None:
        return (name,)
    return tuple(dict.fromkeys(reference.column for reference in columns(supplied)))


def stored_as(entity: Entity, name: str) -> str | None:
    """The table's column that a stored column is as it stands, or None where a source calculates it."""
    supplied = entity.supplies.get(name)
    if supplied is None:
        return name
    return supplied.column if isinstance(supplied, ColumnRef) else None
