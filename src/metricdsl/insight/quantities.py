"""Values of results as numbers that can be compared and shown on a chart, and back."""

from datetime import timedelta
from decimal import Decimal

from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import Form

Number = int | float | Decimal
TOLERANCE = 1e-9
"""Two numbers that differ by less than this share of the greater are equal: 3 of 10 as a float is a goal of 30 %."""


def quantity(value: object) -> Number | None:
    """A value as a number, durations in microseconds as constants of formulas have them; None of what is none."""
    match value:
        case bool():
            return None
        case timedelta():
            return value // timedelta(microseconds=1)
        case int() | Decimal():
            return value
        case float() if value == value and abs(value) != float("inf"):  # noqa: PLR0124 - no NaN
            return value
        case _:
            return None


def shown_as(number: Number, of: ValueType) -> object:
    """A calculated number as a value of a type, to be shown as that type is."""
    if of.kind is Kind.DURATION:
        return timedelta(microseconds=round(number))
    return number if isinstance(number, int | Decimal) else float(number)


def difference(first: Number, second: Number) -> Number:
    """The first less the second, exact where both are."""
    if isinstance(first, float) or isinstance(second, float):
        return float(first) - float(second)
    return first - second


def at_least(first: Number, second: Number) -> bool:
    """Whether the first is no less, up to what a float leaves out."""
    gap = difference(first, second)
    exact = not isinstance(gap, float)
    return gap >= 0 or (not exact and -gap <= TOLERANCE * max(abs(float(first)), abs(float(second))))


def meets(value: Number, sign: str, limit: Number) -> bool:
    """Whether `value sign limit` holds."""
    match sign:
        case ">=":
            return at_least(value, limit)
        case "<=":
            return at_least(limit, value)
        case ">":
            return not at_least(limit, value)
        case "<":
            return not at_least(value, limit)
        case _:
            raise AssertionError(f"no goal has the sign {sign}")


def in_points(of: ValueType) -> bool:
    """Whether two values of a type differ in points: shares, and changes of them."""
    return of.unit.bare and of.unit.form in {Form.SHARE, Form.CHANGE, Form.POINTS}
