"""Rows for the canonical model: small, seeded, and dirty where real tables are.

`tables.txt` says what each table holds, a line for each: `NAME COUNT [KEY, …]`, then its columns. Of a column it says what it may be:

    ref TABLE.COLUMN    a value of another table; some lead nowhere and some are null
    parent TABLE.COLUMN the same, never null: part of a key
    moment, day         within half a year, often at the ends of months; now and then null
    first               a day that is always known
    after COLUMN DAYS   some time behind another column of the row, or null
    one of A B C        a text, now and then null
    each of A B C       the values in turn, never null
    number LOW HIGH     a whole number, now and then null
    amount LOW HIGH     with two decimals, now and then null
    float LOW HIGH      with three
    flag                true, false or null
    count               1, 2, 3, …
    key PREFIX          PREFIX1, PREFIX2, …
    is VALUE            the same in every row
    seldom …            mostly null (or false): a moment, a flag, a text
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from metricdsl.testing.reference import Table

START, DAYS = date(2025, 10, 1), 170
MONTH_FIRSTS = tuple(date(2025 + m // 12, m % 12 + 1, 1) for m in range(9, 15))
MONTH_ENDS = tuple(first - timedelta(days=1) for first in MONTH_FIRSTS)
KINDS = {
    "moment": "timestamp",
    "day": "date",
    "first": "timestamp",
    "number": "integer",
    "count": "integer",
    "amount": "decimal(2)",
    "float": "float",
    "flag": "boolean",
    "each_flag": "boolean",
    "each_number": "integer",
    "seldom_flag": "boolean",
    "seldom_moment": "timestamp",
    "is_null": "boolean",
    "is_null_moment": "timestamp",
    "first_day": "date",
    "month_firsts": "date",
    "month_ends": "date",
}
MISSING = 0.1


def canonical_rows(seed: int, scale: float = 1.0) -> dict[str, Table]:
    """The tables of the canonical model with rows of a seed."""
    found: dict[str, Table] = {}
    written = Path(__file__).with_name("tables.txt").read_text(encoding="utf-8")
    for block in written.strip().split("\n\n"):
        head, *lines = block.splitlines()
        name, count, *key = head.replace(",", " ").split()
        columns = [_column(line) for line in lines]
        draw = random.Random(f"{seed} {name}")
        types = [(column, _type(says, found)) for column, says in columns]
        rows = [_row(columns, at, draw, found) for at in range(max(1, round(int(count) * scale)))]
        found[name] = Table(tuple(types), tuple(_unique(types, rows, key)))
    found["account_hist"] = _periods(found["account_hist"], "account_id")
    found["rep_team_hist"] = _periods(found["rep_team_hist"], "rep_id")
    return found


def _column(line: str) -> tuple[str, list[str]]:
    name, _, says = line.strip().partition(" ")
    return name, says.split()


def _type(says: list[str], found: dict[str, Table]) -> str:
    match says:
        case ["ref" | "parent", where]:
            table, _, column = where.partition(".")
            return dict(found[table].columns)[column] if table in found else "text"
        case ["after", *_]:
            return "date" if says[-1] == "day" else "timestamp"
        case [word, *_]:
            return KINDS.get(word, "text")
        case _:
            raise AssertionError(says)


def _row(
    columns: list[tuple[str, list[str]]], at: int, draw: random.Random, found: dict[str, Table]
) -> tuple[Any, ...]:
    row: dict[str, Any] = {}
    for name, says in columns:
        row[name] = _value(says, at, draw, found, row)
    return tuple(row.values())


def _value(
    says: list[str], at: int, draw: random.Random, found: dict[str, Table], row: dict[str, Any]
) -> Any:
    missing = draw.random() < MISSING
    match says:
        case ["count"]:
            return at + 1
        case ["key", prefix]:
            return f"{prefix}{at + 1}"
        case ["is", text]:
            return text
        case ["each", "of", *values]:
            return values[at % len(values)]
        case ["parent", where]:
            return draw.choice(_values(found, where))
        case ["first"]:
            return _moment(draw)
        case ["first_day"]:
            return _moment(draw).date()
        case ["month_firsts"]:
            return draw.choice(MONTH_FIRSTS)
        case ["month_ends"]:
            return MONTH_ENDS[at // 2 % len(MONTH_ENDS)]
        case ["each_flag"]:
            return at % 3 != 0
        case ["each_number", *numbers]:
            return int(numbers[at % len(numbers)])
        case ["is_null" | "is_null_moment"]:
            return None
        case ["seldom_moment"]:
            return _moment(draw) if draw.random() < 0.3 else None
        case ["seldom_flag"]:
            return None if missing else draw.random() < 0.06
        case ["flag"]:
            return None if missing else draw.random() < 0.4
        case ["seldom"]:
            return "x1" if draw.random() < 0.06 else None
        case _ if missing:
            return None
        case ["ref", where]:
            return "nowhere" if draw.random() < 0.08 else draw.choice(_values(found, where))
        case ["moment"]:
            return _moment(draw)
        case ["day"]:
            return _moment(draw).date()
        case ["after", column, days, *_]:
            return _after(row[column], int(days), draw, says[-1] == "day")
        case ["one", "of", *values]:
            return draw.choice(values)
        case ["number", low, high]:
            return draw.randint(int(low), int(high))
        case ["amount", low, high]:
            return Decimal(draw.randint(int(low) * 100, int(high) * 100)) / 100
        case ["float", low, high]:
            return round(draw.uniform(float(low), float(high)), 3)
        case _:
            raise AssertionError(says)


def _values(found: dict[str, Table], where: str) -> list[Any]:
    table, _, column = where.partition(".")
    at = [name for name, _ in found[table].columns].index(column) if table in found else 0
    return [row[at] for row in found[table].rows] if table in found else [f"{table[0]}1", f"{table[0]}2"]


def _moment(draw: random.Random) -> datetime:
    day = draw.choice(MONTH_ENDS) if draw.random() < 0.3 else START + timedelta(days=draw.randrange(DAYS))
    seconds = 0 if draw.random() < 0.2 else draw.randrange(86_400)
    return datetime.combine(day, time.min) + timedelta(seconds=seconds)


def _after(start: Any, days: int, draw: random.Random, whole: bool) -> Any:
    if start is None:
        return None
    seconds = 0 if draw.random() < 0.1 else draw.randrange(max(1, days * 86_400))
    if isinstance(start, datetime):
        moved = start + timedelta(seconds=seconds)
        return moved.date() if whole else moved
    moved_day = start + timedelta(seconds=seconds)
    return moved_day if whole else datetime.combine(moved_day, time.min)


def _unique(
    types: list[tuple[str, str]], rows: list[tuple[Any, ...]], key: list[str]
) -> Iterator[tuple[Any, ...]]:
    """The rows, of those with one key the first."""
    names = [name for name, _ in types]
    seen = set()
    for row in rows:
        this = tuple(row[names.index(k)] for k in key)
        if not key or (this not in seen and None not in this):
            seen.add(this)
            yield row


def _periods(table: Table, of: str) -> Table:
    """Validity without overlaps: a period ends when the next begins, or a day before, and the last stays open."""
    names = [name for name, _ in table.columns]
    start, end, member = names.index("valid_from"), names.index("valid_to"), names.index(of)
    rows = sorted(table.rows, key=lambda row: (str(row[member]), row[start]))
    made = []
    for at, row in enumerate(rows):
        behind = rows[at + 1] if at + 1 < len(rows) and rows[at + 1][member] == row[member] else None
        cells = list(row)
        cells[end] = None if behind is None else behind[start] - timedelta(days=at % 2)
        if cells[end] is None or cells[end] > cells[start]:
            made.append(tuple(cells))
    return Table(table.columns, tuple(made))
