"""The rows of a data set: customers, orders, levels, with nulls, orphans, ties, ends of months, or nothing at all."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from attrs import frozen

from metricdsl.testing.reference import Table

TRAITS = ("null", "orphan", "empty", "tie", "month end")
"""What can be special of the rows that an aggregate is asked of."""

ENDS = tuple(
    map(
        date.fromisoformat,
        ("2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-12-31", "2025-02-28"),
    )
)
DAYS = tuple(
    map(
        date.fromisoformat,
        ("2023-11-15", "2024-01-01", "2024-01-30", "2024-02-01", "2024-02-10", "2024-02-28", "2024-03-01",
         "2024-03-30", "2024-05-02", "2024-12-30", "2025-01-01", "2025-01-05", "2025-03-01", "2025-03-09"),
    )
)  # fmt: skip
REGIONS = ("EU", "US", "EU", "UK")
AMOUNTS = tuple(
    map(Decimal, ("10.00", "5.00", "2.50", "7.50", "0.00", "-1.00", "4.00", "1.25", "20.00", "6.00"))
)
TODAYS = ("2024-02-29", "2025-03-10", "2024-03-15")


@frozen(eq=False)
class DataSet:
    """Tables, what is special of the rows of each, and the day on which they are asked."""

    number: int
    today: str
    tables: Mapping[str, Table]
    traits: Mapping[str, frozenset[str]]


def data_set(seed: int, number: int) -> DataSet:
    """The data set of that number."""
    rng = Random(f"{seed}:{number}")  # noqa: S311 - nothing is secret here
    wanted = {trait for trait in TRAITS if trait != "empty" and rng.random() < 0.8}
    empty = rng.choice(("orders", "levels", "customers", *[""] * 5))
    customers = 0 if empty == "customers" else rng.choice((4, 5, 5, 6))
    keys = list(range(1, customers + 1))
    tables = {
        "customers": Table(
            (("customer_id", "integer"), ("region", "text"), ("joined_on", "date")),
            tuple((key, _some(rng, wanted, REGIONS), _day(rng, wanted)) for key in keys),
        ),
        "orders": _orders(rng, wanted, keys, 0 if empty == "orders" else rng.choice((2, 7, 10, 13))),
        "levels": _levels(rng, wanted, keys, 0 if empty == "levels" else rng.choice((2, 6, 9, 11))),
    }
    return DataSet(
        number, TODAYS[number % len(TODAYS)], tables, {name: traits_of(tables, name) for name in tables}
    )


def _orders(rng: Random, wanted: set[str], customers: list[int], size: int) -> Table:
    rows: list[tuple[Any, ...]] = []
    for key in range(1, size + 1):
        ordered = _day(rng, wanted)
        start = ordered or rng.choice(DAYS)
        closed = start + timedelta(rng.choice((0, 1, 20, 31, 60, -3)))
        row = (
            _owner(rng, wanted, customers), ordered, start + timedelta(rng.choice((0, 0, 1, 28))), _or_null(rng, wanted, closed),
            _some(rng, wanted, ("paid", "open")), _some(rng, wanted, AMOUNTS),
        )  # fmt: skip
        rows.append(_tied(rng, wanted, rows, key, row))
    columns = (
        ("order_id", "integer"), ("customer_id", "integer"), ("ordered_on", "date"), ("paid_on", "date"), ("closed_on", "date"),
        ("status", "text"), ("amount", "decimal(2)"),
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _levels(rng: Random, wanted: set[str], customers: list[int], size: int) -> Table:
    rows: list[tuple[Any, ...]] = []
    for key in range(1, size + 1):
        row = (
            _owner(rng, wanted, customers),
            _day(rng, wanted),
            _some(rng, wanted, ("a", "b")),
            _some(rng, wanted, AMOUNTS),
        )
        rows.append(_tied(rng, wanted, rows, key, row))
    columns = (
        ("level_id", "integer"), ("customer_id", "integer"), ("day_on", "date"), ("status", "text"), ("held", "decimal(2)"),
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _tied(
    rng: Random, wanted: set[str], rows: list[tuple[Any, ...]], key: int, row: tuple[Any, ...]
) -> tuple[Any, ...]:
    """The row, or the values of an earlier one under a new key."""
    if "tie" in wanted and rows and rng.random() < 0.25:
        return (key, *rng.choice(rows)[1:])
    return (key, *row)


def _some(rng: Random, wanted: set[str], values: tuple[Any, ...]) -> Any:
    return _or_null(rng, wanted, rng.choice(values))


def _or_null(rng: Random, wanted: set[str], value: Any) -> Any:
    return None if "null" in wanted and rng.random() < 0.2 else value


def _day(rng: Random, wanted: set[str]) -> date | None:
    ends = "month end" in wanted and rng.random() < 0.5
    return _some(rng, wanted, ENDS if ends else DAYS)  # type: ignore[no-any-return]


def _owner(rng: Random, wanted: set[str], customers: list[int]) -> int | None:
    if not customers or ("orphan" in wanted and rng.random() < 0.2):
        return 99 if "orphan" in wanted else None
    return _or_null(rng, wanted, rng.choice(customers))  # type: ignore[no-any-return]


def traits_of(tables: Mapping[str, Table], name: str) -> frozenset[str]:
    """What is special of the rows of a table, found by looking."""
    table = tables[name]
    if not table.rows:
        return frozenset({"empty"})
    names = [column for column, _ in table.columns]
    found = set()
    if any(cell is None for row in table.rows for cell in row):
        found.add("null")
    if name != "customers":
        known = {row[0] for row in tables["customers"].rows}
        at = names.index("customer_id")
        if any(row[at] is not None and row[at] not in known for row in table.rows):
            found.add("orphan")
    if len({row[1:] for row in table.rows}) < len(table.rows):
        found.add("tie")
    dates = [cell for row in table.rows for cell in row if isinstance(cell, date)]
    if any((day + timedelta(1)).day == 1 for day in dates):
        found.add("month end")
    return frozenset(found)
