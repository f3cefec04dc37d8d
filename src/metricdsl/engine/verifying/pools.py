"""The values that are tried in a column, the simplest first."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from metricdsl.model.formula import Scalar
from metricdsl.model.period import add_months, day_of, first_day
from metricdsl.model.types import Kind, ValueType

KEYS = 6
"""As many keys are told apart."""
NUMBERS = (0, 1, 2, 3, 10, -1)
HALVES = (0.0, 1.0, 2.0, 0.5, 10.0, -1.0)  # they add up without rounding
DURATIONS = (0, 3_600_000_000, 86_400_000_000, -86_400_000_000)
TEXTS = ("a", "b")
CLOCK = (time(0), time(12), time(23, 59, 59))
CURRENCIES = ("USD", "EUR")
PRICES = (1, 2, Decimal("0.5"))
MOST = 1_000_000
"""No number is greater: sums of them fit everywhere."""


def days_around(today: date, written: Iterable[Scalar]) -> tuple[date, ...]:
    """Days on both sides of the edges of periods, those near today first, then those that formulas name."""
    month, year = first_day(today, "month", 1), first_day(today, "year", 1)
    leap = next(y for y in range(today.year, today.year - 9, -1) if _leaps(y))
    near = [month, today, add_months(month, -1), add_months(month, 1), year, add_months(today, -12)]
    near += [today - timedelta(days) for days in (7, 30, 90)]
    near += [date(leap, 3, 1), *(day_of(value) for value in written if isinstance(value, date))]
    return tuple(dict.fromkeys(day for edge in near for day in (edge, edge - timedelta(1))))


def values_of(
    type: ValueType, written: Iterable[Scalar], days: Sequence[date], week_start: int
) -> tuple[Scalar, ...]:
    """The values of a type, with those that are written beside the column."""
    fitting = [value for value in written if _fits(value, type)]
    match type.kind:
        case Kind.BOOLEAN:
            return (True, False)
        case Kind.DATE | Kind.TIMESTAMP:
            return times_of(type, days, week_start)
        case Kind.INTEGER:
            return _distinct([*NUMBERS, *(int(n) + step for n in _small(fitting) for step in (0, -1, 1))])
        case Kind.DURATION:
            return _distinct(
                [*DURATIONS, *(int(n) + step for n in fitting if isinstance(n, int) for step in (0, 1))]
            )
        case Kind.FLOAT:
            return _distinct([*HALVES, *(float(n) + step for n in _small(fitting) for step in (0, -1, 1))])
        case Kind.DECIMAL:
            least = Decimal(1).scaleb(-type.scale)
            steps = (Decimal(0), -least, least)
            near = [(Decimal(n) + step).quantize(least) for n in _small(fitting) for step in steps]
            return _distinct([*(Decimal(n).quantize(least) for n in NUMBERS), least, *near])
        case Kind.TEXT | Kind.UNKNOWN | Kind.NULL:
            return type.domain or _distinct([*(v for v in fitting if isinstance(v, str)), *TEXTS])


def keys_of(
    type: ValueType, written: Iterable[Scalar], days: Sequence[date], week_start: int
) -> tuple[Scalar, ...]:
    """The values that tell rows apart: 1, 2, 3 or a, b, c."""
    fitting = [value for value in written if _fits(value, type)]
    numbers = range(1, KEYS + 1)
    match type.kind:
        case Kind.INTEGER:
            return _distinct([*numbers, *(int(n) for n in _small(fitting))])
        case Kind.DECIMAL:
            return tuple(Decimal(n) for n in numbers)
        case Kind.FLOAT:
            return tuple(float(n) for n in numbers)
        case Kind.TEXT if not type.domain:
            return _distinct(["abcdef"[n - 1] for n in numbers] + [v for v in fitting if isinstance(v, str)])
        case _:
            return values_of(type, written, days, week_start)


def times_of(type: ValueType, days: Sequence[date], week_start: int) -> tuple[Scalar, ...]:
    """The dates or moments of some days; of a time that is declared as months, their first days."""
    first = tuple(dict.fromkeys(first_day(day, type.grain or "day", week_start) for day in days))
    if type.kind is Kind.DATE:
        return first
    clock = CLOCK[:1] if type.grain else CLOCK
    return tuple(datetime.combine(day, at) for day in first for at in clock)


def _fits(value: Scalar, type: ValueType) -> bool:
    if isinstance(value, str):
        return type.kind in {Kind.TEXT, Kind.UNKNOWN}
    number = isinstance(value, int | Decimal | float) and not isinstance(value, bool)
    return number and (type.kind.numeric or type.kind is Kind.DURATION)


def _small(values: Iterable[Scalar]) -> list[int | Decimal | float]:
    return [v for v in values if isinstance(v, int | Decimal | float) and -MOST <= v <= MOST]


def _distinct(values: Sequence[Scalar]) -> tuple[Scalar, ...]:
    return tuple(dict.fromkeys(values))


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
