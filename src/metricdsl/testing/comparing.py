"""Compares what came out with what must come out, and says clearly where they differ."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from metricdsl.testing.reference import Duration

RELATIVE = Fraction(1, 10**9)  # what a double may be off by


def differences(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    wanted_columns: Sequence[str],
    wanted_rows: Sequence[Sequence[Any]],
) -> list[str]:
    """What differs, in sentences; nothing if all is as wanted. Rows count in their order."""
    found = []
    if tuple(columns) != tuple(wanted_columns):
        found.append(f"columns are {' | '.join(columns)}, wanted {' | '.join(wanted_columns)}")
    if len(rows) != len(wanted_rows):
        found.append(f"{len(rows)} rows, wanted {len(wanted_rows)}")
    for number, (row, wanted) in enumerate(zip(rows, wanted_rows, strict=False), 1):
        if len(row) != len(wanted):
            found.append(f"row {number} has {len(row)} cells, wanted {len(wanted)}")
            continue
        for column, cell, want in zip(wanted_columns, row, wanted, strict=True):
            if not alike(cell, want):
                found.append(f"row {number}, {column}: {shown(cell)}, wanted {shown(want)}")
    if found:
        found += ["got:", *map(line, rows), "wanted:", *map(line, wanted_rows)]
    return found


def alike(cell: Any, wanted: Any) -> bool:
    """Whether two cells are the same: exactly, but for doubles and for exact fractions that a double would round."""
    if cell is None or wanted is None:
        return cell is None and wanted is None
    if isinstance(cell, Enum) or isinstance(
        wanted, Enum
    ):  # "withheld", as the engines and the reference say it
        return isinstance(cell, Enum) and isinstance(wanted, Enum) and cell.value == wanted.value
    if isinstance(cell, bool) or isinstance(wanted, bool):
        return isinstance(cell, bool) and isinstance(wanted, bool) and cell == wanted
    if isinstance(cell, Duration | timedelta) or isinstance(wanted, Duration | timedelta):
        lengths = _length(cell), _length(wanted)
        return None not in lengths and abs(lengths[0] - lengths[1]) < 1  # type: ignore[operator]
    if isinstance(cell, int | float | Decimal | Fraction) and isinstance(
        wanted, int | float | Decimal | Fraction
    ):
        return _same_number(cell, wanted)
    if isinstance(cell, date) and isinstance(wanted, date):
        return isinstance(cell, datetime) == isinstance(wanted, datetime) and cell == wanted
    return isinstance(cell, str) and isinstance(wanted, str) and cell == wanted


def _length(value: Any) -> Fraction | None:
    """Microseconds. They are whole on the engines, so a difference below one is rounding."""
    if isinstance(value, timedelta):
        return Fraction(value // timedelta(microseconds=1))
    return value.microseconds if isinstance(value, Duration) else None


def _same_number(cell: float | Decimal | Fraction, wanted: float | Decimal | Fraction) -> bool:
    if not (math.isfinite(cell) and math.isfinite(wanted)):
        return False
    got, want = Fraction(cell), Fraction(wanted)
    if got == want:
        return True
    exact = isinstance(cell, int | Decimal)
    return not exact and abs(got - want) <= RELATIVE * max(abs(got), abs(want), RELATIVE)


def line(row: Sequence[Any]) -> str:
    """A row for reading."""
    return "  " + " | ".join(map(shown, row))


def shown(cell: Any) -> str:
    """A cell for reading."""
    match cell:
        case None:
            return "null"
        case bool():
            return str(cell).lower()
        case str():
            return f'"{cell}"'
        case Fraction():
            return f"{cell}" if cell.denominator == 1 else f"{float(cell)!r} ({cell})"
        case date():
            return cell.isoformat()
        case Duration():
            return f"{float(cell.microseconds / 1_000_000)} seconds"
        case _:
            return f"{cell!r}"
