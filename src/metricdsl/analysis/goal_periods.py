"""Which cells of a question are exactly the period that a goal is set for, or one of the periods it is set for each of."""

from collections.abc import Sequence
from datetime import date, timedelta

from metricdsl.analysis.partial_periods import WHOLE_DAYS
from metricdsl.analysis.periods import moved_by
from metricdsl.model.period import Period, day_of, first_day
from metricdsl.value import frozen

BELOW_THE_DAY = ("minute", "hour")


@frozen
class Between:
    """The cells that begin in a period."""

    start: date | None = None
    end: date | None = None


@frozen
class Starting:
    """The cells that begin on one of these days."""

    days: tuple[date, ...]


def finest(grains: Sequence[str]) -> str | None:
    """The grain whose cells all others hold whole; None where there is none, or weeks are cut by months."""
    found = [grain for grain in (*BELOW_THE_DAY, *WHOLE_DAYS) if grain in grains]
    return None if not found or (found[0] == "week" and len(found) > 1) else found[0]


def cells_of_goal(
    during: Period, grain: str | None, set_for: Period, each: str | None, week_start: int
) -> Between | Starting | None:
    """The cells of a grain, cut to the period of the question, that a goal is set for; None where there are none.

    Without a grain the question has one cell, its period.
    """
    if grain is None:
        return Between() if is_set(during, set_for, each, week_start) else None
    if each == grain:
        whole, others = _whole(during, grain, week_start), _whole(set_for, grain, week_start)
        starts = [one.start for one in (whole, others) if one.start is not None]
        ends = [one.end for one in (whole, others) if one.end is not None]
        return Between(max(starts, default=None), min(ends, default=None))
    if grain in BELOW_THE_DAY:
        return None
    inside = set_for if each is None else during  # where a cell may be cut to what the goal is set for
    edges = [] if inside.start is None else [day_of(inside.start)]
    edges += [] if inside.end is None else [day_of(inside.end) - timedelta(days=1)]
    firsts = dict.fromkeys(first_day(day, grain, week_start) for day in edges)
    days = [first for first in firsts if is_set(_cut(first, grain, during), set_for, each, week_start)]
    return Starting(tuple(days)) if days else None


def is_set(period: Period, set_for: Period, each: str | None, week_start: int) -> bool:
    """Whether a goal is set for a period: for just this one, or for each one of a grain within its own."""
    if each is None:
        return period == set_for
    if period.start is None or period.end is None or each in BELOW_THE_DAY:  # no whole days are an hour
        return False
    start, end = day_of(period.start), day_of(period.end)
    whole = first_day(start, each, week_start) == start and moved_by(start, each, 1) == end
    return whole and _cut_to(period, set_for) == period


def _cut(first: date, grain: str, during: Period) -> Period:
    """The cell that begins on a day, cut to the period of the question."""
    return _cut_to(Period(first, moved_by(first, grain, 1)), during)


def _cut_to(period: Period, other: Period) -> Period:
    starts = [day_of(one.start) for one in (period, other) if one.start is not None]
    ends = [day_of(one.end) for one in (period, other) if one.end is not None]
    return Period(max(starts, default=None), min(ends, default=None))


def _whole(period: Period, grain: str, week_start: int) -> Between:
    """The cells of a grain that lie whole in a period."""
    start, end = period.start, period.end
    if start is not None:
        first = first_day(day_of(start), grain, week_start)
        start = first if first == start else moved_by(first, grain, 1)
    return Between(
        None if start is None else day_of(start),
        None if end is None else first_day(day_of(end), grain, week_start),
    )
