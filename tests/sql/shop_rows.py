"""The shop's rows, typed by hand, and how to ask them on DuckDB and SQLite in memory."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import duckdb
from attrs import field, frozen

from metricdsl.builtins.aggregations import AGGREGATIONS
from metricdsl.builtins.functions import FUNCTIONS
from metricdsl.model.types import Kind
from metricdsl.registry import Registry
from metricdsl.spi.values import Encoding
from metricdsl.sql import compile_request
from metricdsl.sql.dialects import DIALECTS

REGISTRY = Registry(
    functions={f.name: f for f in FUNCTIONS},
    aggregations={a.name: a for a in AGGREGATIONS},
    dialects={d.name: d for d in DIALECTS},
)

TABLES = {
    "regions": ("region_id integer, name text", [(1, "North"), (2, "South")]),
    "customers": (
        "customer_id integer, segment text, region_id integer, signed_up_at date",
        [
            (1, "SMB", 1, date(2025, 12, 1)),
            (2, "ENT", 2, date(2026, 1, 5)),
            (3, None, 7, date(2026, 1, 9)),
            (4, "SMB", None, None),
        ],
    ),
    "orders": (
        "order_id integer, customer_id integer, ordered_at date, paid_at timestamp, status text, amount decimal(10,2)",
        [
            (1, 1, date(2026, 1, 10), datetime.fromisoformat("2026-02-01T09:30"), "won", Decimal("100.00")),
            (2, 1, date(2026, 1, 31), None, "lost", Decimal("20.00")),
            (3, 2, date(2026, 2, 1), datetime.fromisoformat("2026-02-01T00:00"), "won", Decimal("250.50")),
            (4, 99, date(2026, 2, 28), datetime.fromisoformat("2026-03-31T23:59"), "won", Decimal("5.25")),
            (5, None, date(2026, 3, 31), None, "won", None),
            (6, 2, None, None, "won", Decimal("1.10")),
            (7, 3, date(2026, 4, 1), None, None, Decimal("7.00")),
        ],
    ),
    "order_items": (
        "item_id integer, order_id integer, quantity integer, price decimal(10,2)",
        [
            (1, 1, 2, Decimal("10.00")),
            (2, 1, 1, Decimal("80.00")),
            (3, 3, 5, Decimal("50.10")),
            (4, 77, 9, Decimal("1.00")),
        ],
    ),
    "tickets": (
        "ticket_id integer, customer_id integer, opened_at date, minutes integer, solved boolean",
        [
            (1, 1, date(2026, 1, 2), 10, True),
            (2, 1, date(2026, 1, 3), 20, False),
            (3, 1, date(2026, 1, 4), 35, None),
            (4, 4, date(2026, 3, 3), None, True),
            (5, 2, date(2026, 6, 1), 7, True),
        ],
    ),
}


def on_duckdb(tables=TABLES):
    connection = duckdb.connect(":memory:")
    for name, (columns, rows) in tables.items():
        connection.execute(f'create table "{name}" ({columns})')
        for row in rows:
            connection.execute(f'insert into "{name}" values ({", ".join("?" * len(row))})', row)
    return lambda sql: connection.execute(sql).fetchall()


def on_sqlite(tables=TABLES):
    connection = sqlite3.connect(":memory:")
    for name, (columns, rows) in tables.items():
        connection.execute(f'create table "{name}" ({columns})')
        for row in rows:
            stored = [_stored(value) for value in row]
            connection.execute(f'insert into "{name}" values ({", ".join("?" * len(row))})', stored)
    return lambda sql: connection.execute(sql).fetchall()


def _stored(value):
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return value


def on_postgres(url):
    """As the others, on a server, in a schema that is emptied first."""

    def connect(tables=TABLES):
        import psycopg

        connection = psycopg.connect(url, autocommit=True)
        for name, (columns, rows) in tables.items():
            connection.execute(f'drop table if exists "{name}"')
            connection.execute(f'create table "{name}" ({columns})')
            for row in rows:
                connection.execute(f'insert into "{name}" values ({", ".join(["%s"] * len(row))})', row)

        def run(sql):
            with connection:
                return connection.execute(sql).fetchall()

        return run

    return connect


@frozen
class Engine:
    """An engine to ask: its dialect, and what opens it with tables."""

    dialect: str
    connect: Callable = field(eq=False)


def decoded(value, column):
    if value is None:
        return None
    match column.encoding:
        case Encoding.SCALED:
            return Decimal(value).scaleb(-column.type.scale)
        case Encoding.ISO_DATE:
            return date.fromisoformat(value)
        case Encoding.ISO_TIMESTAMP:
            return datetime.fromisoformat(value)
        case Encoding.ZERO_ONE:
            return bool(value)
        case Encoding.PLAIN if column.type.kind is Kind.DECIMAL:
            return Decimal(value).quantize(Decimal(1).scaleb(-column.type.scale))
        case Encoding.PLAIN | Encoding.WHOLE:
            return int(value) if column.type.kind is Kind.INTEGER else value


def ask(request, engine, tables=TABLES, catalog=None):
    """The rows of a request on one engine, decoded."""
    compiled = compile_request(request, REGISTRY, engine.dialect, catalog)
    assert compiled.value is not None, compiled.problems
    rows = engine.connect(tables)(compiled.value.statements[-1].sql)
    return [tuple(decoded(v, c) for v, c in zip(row, compiled.value.columns, strict=True)) for row in rows]
