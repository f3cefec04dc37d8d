"""Whether the tables and columns that a request reads are there, and what they are made of on the engine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from metricdsl.analysis.directory import Directory
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.keys import JoinOfDifferentKinds
from metricdsl.diagnostics.problems.stored import TypeWithoutKind
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.engine.used import Used
from metricdsl.model.entity import Entity, Role
from metricdsl.model.formula import ColumnRef
from metricdsl.model.made_of import columns
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.values import Catalog, TableInfo
from metricdsl.syntax import nodes

NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}


def missing(
    entities: Mapping[str, Entity],
    used: Used,
    catalog: Catalog,
    connection: str,
    known: Sequence[str],
    sources: Mapping[str, str],
) -> Iterator[Problem]:
    """The tables and columns that are not there; `known` are the names of all tables, for near ones, `sources` the tables of
    all sources.

    A column that an entity expects of a source, and that the source leaves out, is not available here (X731): no mistake.
    """
    told: set[str] = set()
    for name, entity in entities.items():
        table = entity.table
        info = catalog.tables.get(table.name)
        if info is not None:
            yield from _missing_columns(entity, info, used.get(name, {}))
        elif table.name not in told:
            told.add(table.name)
            close = near(table.name, known)
            below = sources.get(table.name, "") if table.source else ""
            yield MissingTable(
                table=table.name, connection=connection, near=close, below=below, span=table.span
            )


def tables_of_sources(directory: Directory) -> dict[str, str]:
    """The table that each source reads, by the source's name."""
    written = (declared.node for declared in directory.all("source"))
    return {node.name: node.table for node in written if isinstance(node, nodes.SourceDecl)}


def _missing_columns(entity: Entity, info: TableInfo, wanted: Mapping[str, None]) -> Iterator[Problem]:
    there = {column.name for column in info.columns}
    told: set[str] = set()
    for name in wanted:
        if left_to_source(entity, name):
            continue
        column = entity.columns.get(name)
        for behind in table_columns(entity, name):
            if info.column(behind) is not None or behind in told:
                continue
            told.add(behind)
            span = None if column is None else column.span
            yield MissingColumn(
                table=entity.table.name, column=behind, near=near(behind, there), span=span or entity.span
            )


def foreign(entities: Mapping[str, Entity], used: Used, catalog: Catalog) -> Iterator[TypeWithoutKind]:
    """The columns that are read and are of a type that the language has no kind for."""
    for name, entity in entities.items():
        info = catalog.tables.get(entity.table.name)
        if info is None:
            continue
        for stored in used.get(name, {}):
            span = entity.columns[stored].span if stored in entity.columns else None
            for behind in table_columns(entity, stored):
                found = info.column(behind)
                if found is not None and found.foreign:
                    yield TypeWithoutKind(
                        table=entity.table.name,
                        column=found.name,
                        type=found.native,
                        span=span or entity.span,
                    )


def left_to_source(entity: Entity, name: str) -> bool:
    """Whether it is a source's part to supply a column that the entity declares, and it does not."""
    if not entity.table.source or name in entity.supplies:
        return False
    column = entity.columns.get(name)
    declared = column is None or column.role is not Role.COLUMN
    return declared or name in entity.key or any(name in join.read for join in entity.joins.values())


def not_supplied(
    entities: Mapping[str, Entity], used: Used, catalog: Catalog
) -> Iterator[tuple[Entity, str]]:
    """The columns among those used that a source should supply and does not, and that its table does not have by that name."""
    for name, entity in entities.items():
        info = catalog.tables.get(entity.table.name)
        for column in used.get(name, {}):
            if info is not None and left_to_source(entity, column) and info.column(column) is None:
                yield entity, column


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


def unlike_keys(
    entities: Mapping[str, Entity], joins: Iterable[tuple[str, str]]
) -> Iterator[JoinOfDifferentKinds]:
    """The joins whose columns are of another kind than the key that they meet; `entities` are resolved with their tables."""
    for name, step in joins:
        join = entities[name].joins[step]
        target = entities[join.target]
        keys = target.key if join.neighbour is None else join.neighbour.columns
        for column, key in zip(join.columns, keys, strict=False):
            one, other = (e.columns[c].type for e, c in ((entities[name], column), (target, key)))
            if not meet(one, other, by_time=join.neighbour is not None):
                yield JoinOfDifferentKinds(
                    join=step,
                    column=column,
                    kind=one.kind.value,
                    target=target.name.rpartition(".")[2],
                    key=key,
                    key_kind=other.kind.value,
                    span=join.span,
                )


def meet(one: ValueType, other: ValueType, *, by_time: bool = False) -> bool:
    """Whether values of the kinds are the same on every engine where they are on one; a join `by_time` takes keys as they are."""
    kinds = {one.kind, other.kind}
    if Kind.DECIMAL in kinds and by_time and one.scale != other.scale:
        return False
    return len(kinds) == 1 or Kind.UNKNOWN in kinds or kinds <= NUMBERS
