"""The periods of a scorecard: cells of a grain, how far back they are looked at, and periods as they are written."""

from datetime import date, timedelta

from metricdsl.analysis.partial_periods import WHOLE_DAYS, written
from metricdsl.analysis.periods import Wrong, during
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.model.calendar import plain_grain
from metricdsl.model.period import Period, day_of, first_day
from metricdsl.model.request import Context
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes, read_query

HISTORY = {"day": 56, "week": 54, "month": 25, "quarter": 20, "year": 12}
"""How many cells are looked at, the judged one among them: enough for a usual range, and for the same period a year before."""
NAMED = "metric during "


def cell(day: date, grain: str, week_start: int) -> Period:
    """The cell of a grain that a day lies in."""
    start = first_day(day, grain, week_start)
    end = start + timedelta(days=1)
    step = {"day": 1, "week": 7, "month": 28, "quarter": 84, "year": 359}[plain_grain(grain)]
    end = start + timedelta(days=step)
    while first_day(end, grain, week_start) == start:
        end += timedelta(days=1)
    return Period(start, end)


def back(period: Period, grain: str, week_start: int, number: int) -> Period:
    """The cell so many cells before."""
    for _ in range(number):
        period = cell(bounds(period)[0] - timedelta(days=1), grain, week_start)
    return period


def bounds(period: Period) -> tuple[date, date]:
    """The first day of a cell and the day after its last."""
    assert period.start is not None, "a cell has a start"
    assert period.end is not None, "a cell has an end"
    return day_of(period.start), day_of(period.end)


def cells(first: date, last: Period, grain: str, week_start: int) -> list[Period]:
    """The cells from that of a day to the last, in order."""
    found = [cell(first, grain, week_start)]
    while bounds(found[-1])[0] < bounds(last)[0]:
        found.append(cell(bounds(found[-1])[1], grain, week_start))
    return found


def period_asked(text: str, grain: str, context: Context) -> tuple[Period, str] | Problem:
    """The period that is asked for and its grain: that of the scorecard where the period is one cell of it, else another."""
    read = read_query(SourceFile.of("query", NAMED + text.strip()))
    query = read.value
    wrong = ImpossiblePeriod(
        text=f"`{text}` is no period", fix="write it as in 2026, 2026-Q1, 2026-03, last month, this quarter"
    )
    clauses = {"during"}
    if query is None or read.failed or query.during is None or set(query.places) - clauses:
        return wrong
    found = during(query.during, context)
    if isinstance(found, Wrong):
        return found.problem.at(None)
    if found.start is None or found.end is None:
        return wrong
    for one in (grain, *(other for other in reversed(WHOLE_DAYS) if other != grain)):
        if cell(bounds(found)[0], one, context.week_start) == found:
            return found, one
    return ImpossiblePeriod(
        text=f"{text} is not one {plain_grain(grain)}, nor one day, week, month, quarter or year",
        fix="name one period, as in 2026, 2026-Q1, 2026-03",
    )


def last_finished(grain: str, context: Context, range_: Period | None) -> Period:
    """The last cell that is over, of those in a range where one is given; the first of the range where none is over yet."""
    today = context.today
    if range_ is not None and range_.end is not None:
        today = min(today, day_of(range_.end))
    found = back(cell(today, grain, context.week_start), grain, context.week_start, 1)
    if range_ is not None and range_.start is not None:
        first = cell(day_of(range_.start), grain, context.week_start)
        found = max(found, first, key=lambda one: bounds(one)[0])
    return found


def days(first: date, end: date) -> nodes.During:
    """`during` from a day to the day before another, as a question writes it."""
    nowhere = Span("query", 0, 0)
    return nodes.During(
        start=nodes.DateLiteral(value=first, span=nowhere),
        end=nodes.DateLiteral(value=end - timedelta(days=1), span=nowhere),
        span=nowhere,
    )


def text_of(period: Period, grain: str) -> str:
    """A period as it is written."""
    return written(bounds(period)[0], grain)
