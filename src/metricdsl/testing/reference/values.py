"""Values and what can be done with them: three-valued logic, null-strict arithmetic, comparison, order.

A value is a Fraction, a bool, a text, a date, a datetime (a reading of the local clock, never with a zone; as a Moment with the
instant that it was read at), a Duration, Months, a Cell, a tuple (a key of several columns), or None, which is null.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cmp_to_key
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any, Self, TypeAlias
from zoneinfo import ZoneInfo

Value: TypeAlias = Any
Row: TypeAlias = Mapping[str, Value]


class Withheld(Enum):
    """What stands for a result that is withheld."""

    WITHHELD = "withheld"

    def __str__(self) -> str:
        return self.value


WITHHELD = Withheld.WITHHELD


class Others(Enum):
    """What stands for a dimension's value where it is not one of its best (`top`)."""

    OTHERS = "others"

    def __str__(self) -> str:
        return self.value


OTHERS = Others.OTHERS

DAY = 86_400_000_000  # microseconds
MICROSECONDS = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000, "day": DAY, "week": 7 * DAY}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of this program
    """The question has no honest answer; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Settings:
    """What the project says: the day that is today, the zone of the local clock, the first day of a week."""

    today: date
    timezone: str = "UTC"
    week_start: str = "monday"
    currency: str = "USD"
    package: str = ""
    principal: tuple[tuple[str, str], ...] = ()  # what is known of the one who asks
    parameters: tuple[tuple[str, str], ...] = ()  # values given for parameters
    functions: "tuple[tuple[str, Callable[[list[Any]], Value]], ...]" = ()  # that run on a result, by their names


@dataclass(frozen=True)
class Table:
    """A table as it lies in the database: columns (name, type) and rows of Python values."""

    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class ResultTable:
    """The answer: names of the columns, grouping columns first, and the rows in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, order=True)
class Duration:
    """A length of time, exact."""

    microseconds: Fraction


HOUR = Fraction(3_600_000_000)  # microseconds


@dataclass(frozen=True)
class Months:
    """`3 months`, `1 year`: a step on the calendar; it has no length."""

    count: int


@dataclass(frozen=True)
class Cell:
    """The period of a grain that a time is in, known by its first day (its first moment for hours and minutes)."""

    grain: str
    start: date


@dataclass(frozen=True)
class Discrete:
    """A position among values that is one of them: the share of the values up to it."""

    share: Fraction


class Bucket(str):
    """A text that a number falls under; buckets sort by their place in the list of them."""

    __slots__ = ("place",)

    def __new__(cls, text: str, place: int) -> Self:
        made = super().__new__(cls, text)
        made.place = place
        return made

    place: int


class Moment(datetime):
    """A reading of the local clock with the instant (in UTC) that it was read at; one that is moved knows none any more."""

    utc: datetime | None = None

    @classmethod
    def at(cls, instant: datetime, timezone: str) -> Self:
        """What the clock of a place shows at an instant."""
        shown = instant.astimezone(ZoneInfo(timezone))
        made = cls.combine(shown.date(), shown.time())
        made.utc = instant.astimezone(UTC).replace(tzinfo=None)
        return made


def shown(value: Value) -> Value:
    """A moment as the clock shows it; anything else as it is."""
    match value:
        case tuple():
            return tuple(map(shown, value))
        case Moment():
            return datetime.combine(value.date(), value.time())
        case _:
            return value


def taken_in(value: Value, timezone: str) -> Value:
    """A value of a table as one of ours: numbers exact, moments with a zone read off the local clock."""
    match value:
        case bool():
            return value
        case int() | Decimal() | float():
            return Fraction(value)
        case datetime() if value.tzinfo is not None:
            return Moment.at(value, timezone)
        case timedelta():
            return Duration(Fraction(value // timedelta(microseconds=1)))
        case _:
            return value


def given_out(value: Value) -> Value:
    """A value as the result shows it: a cell as its first day, a bucket as its text."""
    match value:
        case Cell(start=start):
            return start
        case Bucket():
            return str(value)
        case _:
            return value


# ---------------------------------------------------------------- three-valued logic


def true(condition: Value) -> bool:
    """Whether a condition holds: null does not."""
    if condition is not None and not isinstance(condition, bool):
        raise Refused("a condition must be true or false")
    return condition is True


def not_(a: Value) -> bool | None:
    return None if a is None else not true(a)


def and_(a: Value, b: Value) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else true(a) and true(b)


def or_(a: Value, b: Value) -> bool | None:
    return not_(and_(not_(a), not_(b)))


# ---------------------------------------------------------------- comparison

COMPARISONS = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def midnight(value: date) -> datetime:
    """A date or a moment as a moment."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def _pair(a: Value, b: Value) -> tuple[Value, Value]:
    """Two values, neither null, as two of one Python type that can be compared."""
    if isinstance(a, Cell):
        a = Fraction(a.start.year) if a.grain == "year" and isinstance(b, Fraction) else a.start
    if isinstance(b, Cell):
        b = Fraction(b.start.year) if b.grain == "year" and isinstance(a, Fraction) else b.start
    if isinstance(a, date) and isinstance(b, date):
        return midnight(a), midnight(b)
    if isinstance(a, tuple) or isinstance(b, tuple):
        if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
            raise Refused("a key of several columns compares with such keys only")
        return a, b
    if type(a) is not type(b) and not (isinstance(a, str) and isinstance(b, str)):
        raise Refused(f"{a!r} and {b!r} do not compare")
    return a, b


def _instants(a: Value, b: Value) -> tuple[Value, Value]:
    """Two moments as the instants that they were read at, where both are known; else the readings."""
    if isinstance(a, Moment) and isinstance(b, Moment) and a.utc is not None and b.utc is not None:
        return a.utc, b.utc
    return a, b


def same(a: Value, b: Value) -> bool:
    """Null-safe equality: null is the same as null. Values of different kinds are not the same."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    try:
        a, b = _pair(a, b)
    except Refused:
        return False
    return bool(a == b)


def compare(a: Value, operator: str, b: Value) -> bool | None:
    """`a < b` and its kin; null if either is null."""
    if a is None or b is None:
        return None
    a, b = _pair(*_instants(a, b))
    return bool(COMPARISONS[operator](a, b))


def order(a: Value, b: Value, *, descending: bool = False) -> int:
    """-1, 0, 1 for sorting: nulls last in both directions, text by code point, false before true."""
    if a is None or b is None:
        return (a is None) - (b is None)
    a, b = (a.place, b.place) if isinstance(a, Bucket) and isinstance(b, Bucket) else _pair(*_instants(a, b))
    upwards = bool(a > b) - bool(a < b)
    return -upwards if descending else upwards


def ordered(a: Sequence[Value], b: Sequence[Value]) -> int:
    """-1, 0, 1 for sorting rows upwards by all their values in turn."""
    return next((found for x, y in zip(a, b, strict=True) if (found := order(x, y))), 0)


def least(values: Sequence[Value]) -> Value:
    """The least of values, none of them null; at least one."""
    return min(values, key=cmp_to_key(order))


def greatest(values: Sequence[Value]) -> Value:
    """The greatest of values, none of them null; at least one."""
    return max(values, key=cmp_to_key(order))


# ---------------------------------------------------------------- arithmetic

ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": truediv}


def plain(value: Value) -> Value:
    """A cell as its first day; anything else as it is."""
    return value.start if isinstance(value, Cell) else value


def add_months(value: date, count: int) -> date:
    """The same day `count` months on, or the last of that month where it has no such day."""
    month = value.year * 12 + value.month - 1 + count
    first = value.replace(year=month // 12, month=month % 12 + 1, day=1)
    next_first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first.replace(day=min(value.day, (next_first - timedelta(days=1)).day))


def moved(value: date, by: Duration | Months) -> date:
    """A date or moment moved on the local clock; a date moved by part of a day is a moment."""
    value = shown(value)
    if isinstance(by, Months):
        return add_months(value, by.count)
    if not isinstance(value, datetime) and by.microseconds % DAY:
        value = midnight(value)
    return value + timedelta(microseconds=round(by.microseconds))


def negative(value: Value) -> Value:
    match value:
        case None:
            return None
        case Duration(microseconds=length):
            return Duration(-length)
        case Months(count=count):
            return Months(-count)
        case Fraction():
            return -value
        case _:
            raise Refused(f"{value!r} has no negative")


def arithmetic(operator: str, a: Value, b: Value) -> Value:
    """`a + b` and its kin: null with null, and null when divided by zero."""
    a, b = plain(a), plain(b)
    if a is None or b is None:
        return None
    match operator, a, b:
        case "/", _, Fraction() if not b:
            return None
        case "/", Fraction(), Duration():  # so much for each hour
            return a / (b.microseconds / HOUR) if b.microseconds else None
        case "/", Duration(), Duration():
            return a.microseconds / b.microseconds if b.microseconds else None
        case _, Fraction(), Fraction():
            return ARITHMETIC[operator](a, b)
        case "+" | "-", Duration(), Duration():
            return Duration(ARITHMETIC[operator](a.microseconds, b.microseconds))
        case "*" | "/", Duration(), Fraction():
            return Duration(ARITHMETIC[operator](a.microseconds, b))
        case "*", Fraction(), Duration():
            return Duration(a * b.microseconds)
        case "-", date(), date():
            a, b = _instants(a, b)
            return Duration(Fraction((midnight(a) - midnight(b)) // timedelta(microseconds=1)))
        case "+", date(), Duration() | Months():
            return moved(a, b)
        case "+", Duration() | Months(), date():
            return moved(b, a)
        case "-", date(), Duration() | Months():
            return moved(a, negative(b))
        case _:
            raise Refused(f"{a!r} {operator} {b!r} has no meaning")
