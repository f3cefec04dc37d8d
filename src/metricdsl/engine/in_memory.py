"""Tables in a DuckDB in memory in place of a connection's: where tests and invariants are tried.

Their rows stand for an entity's own columns, so what a source supplies, and its row scope, are left out.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.adapters.quoting import identifier
from metricdsl.analysis import Analysis, resolve
from metricdsl.engine.connection_settings import ConnectionValues
from metricdsl.model.entity import Column, Entity, Table
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.values import Catalog, TableColumn, TableInfo
from metricdsl.syntax import nodes

if TYPE_CHECKING:
    from metricdsl.engine.opened import Opened

Columns = Mapping[str, ValueType]
"""The columns of a table, with their types."""

_NATIVE = {
    Kind.INTEGER: "HUGEINT",
    Kind.FLOAT: "DOUBLE",
    Kind.TEXT: "VARCHAR",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.DURATION: "BIGINT",
    Kind.UNKNOWN: "VARCHAR",
    Kind.NULL: "VARCHAR",
}


def memory(timezone: str) -> DuckDBAdapter:
    """An empty database in memory. One thread is quicker for a few rows than several that are started and awaited."""
    settings = {"threads": "1"}
    return DuckDBAdapter(
        ConnectionValues(url="duckdb:///:memory:", root="", timezone=timezone, settings=settings)
    )


def without_scopes(opened: "Opened") -> Analysis:
    """The definitions without the row scopes of their sources."""
    documents = [
        evolve(document, declarations=tuple(map(_without_scope, document.declarations)))
        for document in opened.definitions.documents
    ]
    return resolve(documents, opened.registry, None, opened.settings, opened.definitions.problems).value


def create(schema: str, name: str, columns: Columns) -> str:
    """The statement that makes the table of an entity."""
    declared = ", ".join(f"{identifier(column)} {_native(type)}" for column, type in columns.items())
    return f"CREATE TABLE {identifier(schema)}.{identifier(name)} ({declared})"


def over_tables(
    request: Request | ValuesRequest, tables: Mapping[str, Columns], schema: str
) -> tuple[Request | ValuesRequest, Catalog]:
    """The request over tables of a schema, one for each entity it touches, which `tables` tells by its name."""
    entities: dict[str, Entity] = {}
    infos: dict[str, TableInfo] = {}
    for name in request.read:
        columns, entity, table = tables[name], request.read[name], f"{schema}.{name}"
        stored = tuple(TableColumn(name=c, type=t, native=_native(t)) for c, t in columns.items())
        infos[table] = TableInfo(name=table, parts=(schema, name), columns=stored)
        plain = {n: _plain(column, columns.get(n)) for n, column in entity.columns.items()}
        entities[name] = evolve(entity, table=Table(name=table), supplies={}, columns=plain)
    whole = {
        name: evolve(one, table=entities[name].table, supplies={}, columns=entities[name].columns)
        for name, one in request.whole.items()
    }
    made = {name: entities[name] for name in request.entities}
    return evolve(request, entities=made, whole=whole), Catalog(infos)


def _without_scope(declaration: nodes.Declaration) -> nodes.Declaration:
    return evolve(declaration, where=()) if isinstance(declaration, nodes.SourceDecl) else declaration


def _plain(column: Column, type: ValueType | None) -> Column:
    """A column whose values are given, not read from text."""
    return evolve(column, format=None, or_null=False, type=column.type if type is None else type)


def _native(type: ValueType) -> str:
    return f"DECIMAL(38, {type.scale})" if type.kind is Kind.DECIMAL else _NATIVE[type.kind]
