"""The engines as the tests of functions use them: a SELECT of lowered formulas over a small VALUES table."""

import math
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import duckdb
from attrs import field, frozen
from sqlglot import exp

from metricdsl.engine.connection_settings import ConnectionValues
from metricdsl.model.types import Kind, ValueType
from metricdsl.registry import Registry
from metricdsl.spi.adapter import Adapter
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Operand
from metricdsl.spi.values import Limits, Statement
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.rendering import in_spelling
from metricdsl.testing.parquet_files import SCHEMES, SMALL
from tests.builtins.formulas import Applied, Formula, Literal


@frozen
class Engine:
    """An engine with a connection that runs SQL."""

    name: str
    connection: Any = field(repr=False)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]

    def emitter(self, registry: Registry, week_start: int = 1) -> Emitter:
        return Emitter(registry, registry.dialects[self.name], "UTC", week_start)

    def values(self, registry: Registry, formula: Formula, week_start: int = 1) -> Any:
        """The value of a formula; lifted constants come from a table of one row."""
        emit = self.emitter(registry, week_start)
        columns: list[exp.Expression] = []

        def lower(f: Formula) -> Operand:
            if isinstance(f, Applied):
                return emit.call(f.function, *(lower(a) for a in f.arguments), result=f.type)
            if not f.lifted:
                return emit.constant(f.value, f.type)
            columns.append(stored(emit, f.value, f.type).as_(f"c{len(columns)}"))
            return Operand(sql=exp.column(f"c{len(columns) - 1}", "t"), type=f.type)

        lowered = lower(formula)
        assert not emit.problems, emit.problems
        query = exp.select(lowered.sql.as_("value"))
        if columns:
            query = query.from_(exp.select(*columns).subquery("t"))
        ((found,),) = self.rows(written(query, emit.definition))
        return decoded(found, formula.type, self.name)

    def aggregate(
        self,
        registry: Registry,
        function: str,
        rows: Sequence[Sequence[Any]],
        types: Sequence[ValueType],
        constants: Sequence[Literal],
        result: ValueType,
    ) -> Any:
        """The value of an aggregation over rows of columns."""
        emit = self.emitter(registry)
        names = [f"c{i}" for i in range(len(types))]
        cells = [
            ", ".join(written(stored(emit, v, t), emit.definition) for v, t in zip(row, types, strict=True))
            for row in rows
        ]
        source = "rows_given"
        operands = [Operand(sql=exp.column(n, "t"), type=t) for n, t in zip(names, types, strict=True)]
        operands += [emit.constant(c.value, c.type) for c in constants]
        lacks = emit.definition.capabilities
        if registry.aggregations[function].centred and lacks[Capability.MOMENTS] is Support.EMULATED:
            known = " and ".join(f"{n} is not null" for n in names)
            source = f"(select *, {', '.join(f'avg({n}) over () as mean_{n}' for n in names)} from rows_given where {known})"
            real = ValueType(Kind.FLOAT)
            operands += [Operand(sql=exp.column(f"mean_{n}", "t"), type=real) for n in names]
        ordered = lacks[Capability.ORDERED_AGGREGATES] is Support.EMULATED
        if registry.aggregations[function].ordered and ordered:
            place = "row_number() over (order by c0 is null, c0) - 1"
            source = f"(select c0, {place} as place, count(c0) over () as n from rows_given)"
            integer = ValueType(Kind.INTEGER)
            operands += [Operand(sql=exp.column(name, "t"), type=integer) for name in ("place", "n")]
        lowered = emit.aggregate(function, operands, result)
        assert not emit.problems, emit.problems
        given = f"with rows_given({', '.join(names)}) as (values {', '.join(f'({c})' for c in cells)})"
        ((found,),) = self.rows(f"{given} select {written(lowered, emit.definition)} from {source} as t")
        return decoded(found, result, self.name)


def written(sql: exp.Expression, dialect: DialectDef) -> str:
    """The text of a tree for a dialect."""
    return in_spelling(sql, dialect).sql(dialect.sqlglot)


def stored(emit: Emitter, value: Any, type: ValueType) -> exp.Expression:
    """A value as a column of a table has it."""
    if value is None and type.kind in {Kind.NULL, Kind.UNKNOWN}:
        return exp.null()
    if type.kind is Kind.FLOAT and value is not None:
        value = float(value)
    literal = emit.constant(value, type).sql
    if emit.dialect == "sqlite":
        return literal
    if type.kind is Kind.INTEGER and value is not None and abs(value) < 2**31:
        return exp.cast(literal, "INT")  # the narrowest that a table is likely to have
    return emit.cast(literal, type)


def decoded(value: Any, type: ValueType, engine: str) -> Any:
    """A driver's value as the language means it; a wrong sort of value is a failure."""
    if value is None:
        return None
    match type.kind:
        case Kind.INTEGER | Kind.DURATION:
            assert isinstance(value, int | Decimal), (value, type)
            assert value == int(value)
            return int(value)
        case Kind.DECIMAL if engine == "sqlite":
            assert isinstance(value, int), (value, type)
            return Decimal(value).scaleb(-type.scale)
        case Kind.DECIMAL:
            assert isinstance(value, int | Decimal), (value, type)
            return Decimal(value)
        case Kind.FLOAT:
            assert isinstance(value, float | int), (value, type)
            assert math.isfinite(value)
            return float(value)
        case Kind.BOOLEAN:
            assert value in {0, 1}
            return bool(value)
        case Kind.DATE:
            found = date.fromisoformat(value) if engine == "sqlite" else value
            assert not isinstance(found, datetime), value
            return found
        case Kind.TIMESTAMP:
            return datetime.fromisoformat(value) if engine == "sqlite" else value
        case _:
            return value


def duckdb_engine() -> Engine:
    return Engine("duckdb", duckdb.connect(config={"threads": 1}))


def sqlite_engine() -> Engine:
    return Engine("sqlite", sqlite3.connect(":memory:"))


class Asked:
    """An adapter that is asked as a connection of a database is."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    def execute(self, sql: str) -> "Asked":
        self._found = [row for batch in self._adapter.execute(Statement(sql=sql), Limits()) for row in batch]
        return self

    def fetchall(self) -> list[Sequence[Any]]:
        return self._found

    def close(self) -> None:
        self._adapter.close()


def engine_of_a_plugin(name: str) -> Engine:
    """An engine of a package under plugins/, over a folder that nothing is read of."""
    connect = import_module(f"metricdsl_{name}.adapter").connect
    values = ConnectionValues(
        url=f"{SCHEMES[name]}:.", root=".", timezone="UTC", settings={"threads": "1", **SMALL.get(name, {})}
    )
    return Engine(name, Asked(connect(values)))


def mariadb_engine(url: str) -> Engine:
    connect = import_module("metricdsl_mariadb.adapter").connect
    parts = urlsplit(url)
    secret = {"password": parts.password} if parts.password else {}
    bare = url.replace(f":{parts.password}@", "@")
    return Engine(
        "mariadb", Asked(connect(ConnectionValues(url=bare, root=".", timezone="UTC", settings=secret)))
    )


def postgres_engine(url: str) -> Engine:
    import psycopg

    return Engine("postgres", psycopg.connect(url, autocommit=True))


def same(found: Any, wanted: Any) -> bool:
    """Whether a result is the value that was typed: floats to a relative 1e-9, midnight the same as its date."""
    if found is None or wanted is None:
        return found is None and wanted is None
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(found, float):
        return math.isclose(found, float(wanted), rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(wanted, date) and not isinstance(wanted, datetime) and isinstance(found, datetime):
        return found == datetime(wanted.year, wanted.month, wanted.day)  # noqa: DTZ001
    return found == wanted
