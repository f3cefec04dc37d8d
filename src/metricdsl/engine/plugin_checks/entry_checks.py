"""What must hold for the functions that a manifest names: all of them can be imported, and formats are written of whatever there is."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from metricdsl.engine.errors import QueryError
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.engine.rendering import render
from metricdsl.execution.result import ConsumedError, Result
from metricdsl.model.types import BOOLEAN, DATE, DURATION, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.unit import SHARE, Base, Unit
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.named_functions import Entry, load_function
from metricdsl.spi.values import OTHERS, WITHHELD, ResultColumn

MONEY = ValueType(Kind.DECIMAL, Unit.of(Base("currency", "EUR")), scale=2)
COLUMNS = (
    ResultColumn(name="name", type=TEXT, label="Name"),
    ResultColumn(name="day", type=DATE),
    ResultColumn(name="moment", type=TIMESTAMP),
    ResultColumn(name="number", type=INTEGER),
    ResultColumn(name="amount", type=MONEY, label="Amount", format="#,##0 €"),
    ResultColumn(name="part", type=ValueType(Kind.DECIMAL, SHARE, scale=4)),
    ResultColumn(name="mean", type=FLOAT),
    ResultColumn(name="yes", type=BOOLEAN),
    ResultColumn(name="length", type=DURATION),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        "plain",
        date(2026, 1, 31),
        datetime.fromisoformat("2026-01-31 23:59:59"),
        1,
        Decimal("12.50"),
        Decimal("0.25"),
        1 / 3,
        True,
        timedelta(hours=30),
    ),
    (
        '=1+1 <script>"Ærø"\n东京\x00\u202e',
        date(1, 1, 1),
        datetime.fromisoformat("9999-12-31 23:59:59.999999"),
        10**30,
        Decimal("-123456789012345678.90"),
        Decimal("-1.5"),
        -1e300,
        False,
        timedelta(microseconds=-1),
    ),
    ("", None, None, None, None, None, None, None, None),
    (None, None, None, WITHHELD, WITHHELD, WITHHELD, WITHHELD, None, WITHHELD),
    (OTHERS, date(2026, 1, 31), None, 0, Decimal(0), Decimal(0), 0.0, None, timedelta()),
)
MANY = 10_000
"""How many rows a format is written of, so that it is known to take more than a handful."""


def entries_of(plugin: str, kind: str = "") -> tuple[Entry, ...]:
    """What the manifest of an installed plugin names, of a kind or all."""
    every = [entry for one in installed_plugins().value if one.plugin == plugin for entry in one.entries]
    return tuple(entry for entry in every if kind in {"", entry.kind})


def entry_checks(plugin: str) -> tuple[Check, ...]:
    """The checks of what a manifest names."""
    found = [Check("every function that the manifest names can be imported", lambda: _imported(plugin))]
    if entries_of(plugin, "renderer"):
        found.append(
            Check("every format is written of all values, of no row and of many", lambda: _unwritten(plugin))
        )
    return tuple(found)


def _imported(plugin: str) -> list[str]:
    return [p.message() for entry in entries_of(plugin) for p in load_function(entry).problems]


def _unwritten(plugin: str) -> list[str]:
    return [why for entry in entries_of(plugin, "renderer") for why in _faults(entry)]


def _faults(entry: Entry) -> Iterator[str]:
    for what, rows in (("all values", ROWS), ("no row", ()), (f"{MANY:,} rows", ROWS[:1] * MANY)):
        out = io.BytesIO()
        try:
            render(entry, _result(rows), "name, amount by day", out)
            written = out.getvalue()
        except QueryError as error:
            yield f"{entry.full_name} of {what}: {error.problems[0].message()}"
        except ConsumedError:
            yield f"{entry.full_name} of {what}: it goes through the rows twice, and they come once"
        except ValueError as error:
            yield f"{entry.full_name} of {what}: it closed the file that it was given ({error})"
        else:
            yield from (f"{entry.full_name} of {what}: {why}" for why in _odd(entry, written))


def _odd(entry: Entry, written: bytes) -> Iterator[str]:
    if not written:
        yield "it writes nothing"
    if not entry.binary:
        try:
            written.decode("utf-8")
        except UnicodeDecodeError:
            yield "it is no UTF-8 text, and the manifest does not say `binary = true`"


def _result(rows: Sequence[tuple[Any, ...]]) -> Result:
    return Result(COLUMNS, iter([rows] if rows else []), sql="SELECT 1")
