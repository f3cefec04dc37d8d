"""Conditions on stretches of time: what is open on a day, what is no stretch at all."""

from datetime import date

from attrs import evolve

from metricdsl.model.formula import Call, Constant, Expression, Stretch
from metricdsl.model.types import BOOLEAN, DATE, Kind

FALSE = Constant(type=evolve(BOOLEAN, nullable=False), value=False)
"""A condition that never holds."""


def less(left: Expression, right: Expression) -> Expression:
    """left < right."""
    return Call(type=BOOLEAN, function="less", arguments=(left, right))


def open_on(stretch: Stretch, day: date) -> tuple[Expression, ...]:
    """Open at the end of a day: a <= day < b on local dates, a null b is still open, a null a was never.

    A timestamp of the day itself has begun; one is over on the day after that of its end.
    """
    start, end = date_of(stretch.start), date_of(stretch.end)
    limit = Constant(type=evolve(start.type, nullable=False), value=day)
    begun = Call(type=BOOLEAN, function="at_most", arguments=(start, limit))
    over = Call(type=BOOLEAN, function="greater", arguments=(end, limit))
    missing = Call(type=BOOLEAN, function="is_null", arguments=(end,))
    return begun, Call(type=BOOLEAN, function="or", arguments=(missing, over))


def date_of(time: Expression) -> Expression:
    """The local date of a time."""
    if time.type.kind is Kind.DATE:
        return time
    return Call(type=evolve(DATE, nullable=True), function="date", arguments=(time,))
