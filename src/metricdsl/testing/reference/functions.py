"""The scalar functions: every one gives null when an argument is null, except `coalesce`, `if` and `case`."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from metricdsl.syntax.nodes import DurationLiteral, Expr, Number, Percent
from metricdsl.testing.reference.period_tables import Cells, periods_of
from metricdsl.testing.reference.periods import BELOW_THE_DAY, GRAINS, cell_of, period_of, steps
from metricdsl.testing.reference.values import (
    MICROSECONDS,
    MONTHS,
    Bucket,
    Duration,
    Months,
    Refused,
    Settings,
    Value,
    compare,
    greatest,
    least,
    moved,
    negative,
    plain,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PARTS_OF_TIME: Mapping[str, Callable[[date], int]] = {
    "day_of_week": lambda t: t.isoweekday(),
    "day_of_month": lambda t: t.day,
    "day_of_year": lambda t: t.timetuple().tm_yday,
    "week_of_year": lambda t: t.isocalendar().week,
    "month_of_year": lambda t: t.month,
    "quarter_of_year": lambda t: (t.month - 1) // 3 + 1,
    "hour_of_day": lambda t: t.hour if isinstance(t, datetime) else _no_hour(),
}


def _no_hour() -> int:
    raise Refused("a date has no hour")


def part_of_time(name: str, moment: Value) -> Value:
    """`day_of_week` and its kin of a date or moment; null for null."""
    return None if moment is None else Fraction(PARTS_OF_TIME[name](a_date(moment)))


def a_date(value: Value) -> date:
    value = plain(value)
    if not isinstance(value, date):
        raise Refused(f"{value!r} is no date or timestamp")
    return value


def day_of(value: Value) -> date:
    moment = a_date(value)
    return moment.date() if isinstance(moment, datetime) else moment


def a_number(value: Value) -> Fraction:
    if not isinstance(value, Fraction):
        raise Refused(f"{value!r} is no number")
    return value


def a_text(value: Value) -> str:
    if not isinstance(value, str):
        raise Refused(f"{value!r} is no text")
    return value


def _small(letter: str) -> str:
    """The one small letter of a letter: of İ it is i."""
    return letter.lower()[0] if letter == "İ" else letter.lower()


def _capital(letter: str) -> str:
    """The one capital of a letter; ß has ẞ, and what has several stays, unless its form at the beginning of a title is one."""
    if letter == "ß":
        return "ẞ"
    if len(letter.upper()) == 1:
        return letter.upper()
    return letter.title() if len(letter.title()) == 1 else letter


def rounded(number: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    """To that many decimals, halves away from zero."""
    scale = Fraction(10) ** int(places)
    size = Fraction(floor(abs(number) * scale + Fraction(1, 2))) / scale
    return -size if number < 0 else size


def absolute(value: Value) -> Value:
    return (
        negative(value)
        if (value.microseconds if isinstance(value, Duration) else a_number(value)) < 0
        else value
    )


def _real(formula: Callable[..., Decimal], *numbers: Fraction) -> Fraction:
    """A formula of decimals to 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return Fraction(formula(*(Decimal(n.numerator) / Decimal(n.denominator) for n in numbers)))


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator == 1:
        return None if base == 0 and exponent < 0 else base ** int(exponent)
    if base <= 0:
        return Fraction(0) if base == 0 and exponent > 0 else None
    return _real(lambda x, y: (x.ln() * y).exp(), base, exponent)


def root(number: Fraction) -> Fraction | None:
    return None if number < 0 else _real(Decimal.sqrt, number)


def logarithm(number: Fraction) -> Fraction | None:
    return None if number <= 0 else _real(Decimal.ln, number)


def part(text: str, separator: str, place: Fraction) -> str | None:
    """The piece of that number, counted from 1; null where there is none."""
    pieces = text.split(separator) if separator else [text]
    return pieces[int(place) - 1] if 1 <= place <= len(pieces) else None


def end_of(moment: Value, grain: str, settings: Settings) -> date | None:
    """The last day of the period that a date or moment is in; null where it is in none of a table."""
    cell = cell_of(a_date(moment), grain, settings)
    if periods_of(grain) is not None and moment is not None:
        end = None if cell is None else period_of(cell).end
        return None if end is None else end.date() - timedelta(days=1)
    if cell is None or grain in BELOW_THE_DAY:
        raise Refused(f"end_of gives a day, and a {grain} ends within one")
    return steps(cell, 1).start - timedelta(days=1)


def days_between(first: Value, second: Value) -> Fraction:
    return Fraction((day_of(second) - day_of(first)).days)


def add(moment: Value, by: Value) -> Value:
    if not isinstance(by, Duration | Months):
        raise Refused("add(t, duration) adds a duration")
    return moved(a_date(moment), by)


STRICT: Mapping[str, Callable[..., Value]] = {
    "abs": absolute,
    "round": lambda x, n=Fraction(0): rounded(a_number(x), a_number(n)),
    "floor": lambda x: Fraction(floor(a_number(x))),
    "ceil": lambda x: Fraction(ceil(a_number(x))),
    "power": lambda x, y: power(a_number(x), a_number(y)),
    "sqrt": lambda x: root(a_number(x)),
    "ln": lambda x: logarithm(a_number(x)),
    "exp": lambda x: _real(Decimal.exp, a_number(x)),
    "least": lambda *values: least(values),
    "greatest": lambda *values: greatest(values),
    "clamp": lambda x, low, high: least((greatest((x, low)), high)),
    "lower": lambda s: "".join(map(_small, a_text(s))),
    "upper": lambda s: "".join(map(_capital, a_text(s))),
    "trim": lambda s: a_text(s).strip(" "),
    "length": lambda s: Fraction(len(a_text(s))),
    "starts_with": lambda s, start: a_text(s).startswith(a_text(start)),
    "ends_with": lambda s, end: a_text(s).endswith(a_text(end)),
    "contains": lambda s, inner: a_text(inner) in a_text(s),
    "matches": lambda s, pattern: re.search(a_text(pattern), a_text(s)) is not None,
    "replace": lambda s, old, new: a_text(s).replace(a_text(old), a_text(new)) if old else a_text(s),
    "concat": lambda *texts: "".join(a_text(s) for s in texts),
    "part": lambda s, separator, n: part(a_text(s), a_text(separator), a_number(n)),
    "date": day_of,
    "days_between": days_between,
    "add": add,
    **{name: lambda t, name=name: part_of_time(name, t) for name in PARTS_OF_TIME},
}


def scalar(function: str, values: Sequence[Value], settings: Settings) -> Value:
    """A scalar function of its arguments' values; the last argument of `start_of` and `end_of` is the name of a grain."""
    if function == "coalesce":
        return next((v for v in values if v is not None), None)
    if any(v is None for v in values):
        return None
    if function == "today" and not values:
        return settings.today
    if function in GRAINS and len(values) == 1:
        return cell_of(a_date(values[0]), function, settings)
    if function == "start_of" and len(values) == 2:
        return cell_of(a_date(values[0]), values[1], settings)
    if function == "weekday" and len(values) == 1:
        number = a_date(values[0]).isoweekday()
        return Bucket(WEEKDAYS[number - 1], number)
    if function == "end_of" and len(values) == 2:
        return end_of(values[0], values[1], settings)
    if function not in STRICT:
        raise Refused(f"there is no function {function}")
    try:
        return STRICT[function](*values)
    except TypeError as wrong:
        raise Refused(f"{function} does not take {len(values)} arguments of these kinds") from wrong


def bucket(value: Value, bounds: Sequence[Value], texts: Sequence[str]) -> Value:
    """`bucket(x, 30, 60)`: which of `< 30`, `30 to < 60`, `>= 60` x falls under; null for null."""
    if value is None:
        return None
    names = [
        f"< {texts[0]}",
        *(f"{a} to < {b}" for a, b in pairwise(texts)),
        f">= {texts[-1]}",
    ]
    place = sum(1 for bound in bounds if compare(value, ">=", bound))
    return Bucket(names[place], place)


def bound_text(bound: Expr) -> str:
    """A bound of a bucket as its name shows it: `30`, `2.5`, `10%`, `30 days`."""
    match bound:
        case Number(value=value):
            return f"{value:f}"
        case Percent(value=value):
            return f"{(value * 100).normalize():f}%"
        case DurationLiteral(amount=amount, unit=unit):
            return f"{amount:f} {unit}{'' if amount == 1 else 's'}"
        case _:
            raise Refused("the bounds of a bucket are written as numbers, percentages or durations")


def duration(literal: DurationLiteral) -> Duration | Months | Cells:
    """`28 days` as a length, `3 months` as a step on the calendar, `3 trading.session` as a step over periods of a table."""
    if literal.cells is not None:
        if literal.amount != int(literal.amount) or periods_of(literal.cells.text) is None:
            raise Refused("so many periods of a table")
        return Cells(int(literal.amount), literal.cells.text)
    if literal.unit in MONTHS:
        count = literal.amount * MONTHS[literal.unit]
        if count != int(count):
            raise Refused("months are counted whole")
        return Months(int(count))
    return Duration(Fraction(literal.amount) * MICROSECONDS[literal.unit])
