"""Ranges of `during`, worked out for a day and a week's start."""

from datetime import date, timedelta

from metricdsl.analysis.literals import period
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.model.period import Period, first_day
from metricdsl.model.request import Context
from metricdsl.model.year_rule import MONTHS
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.value import frozen

SINGLE_DAYS = ("today", "yesterday")


@frozen
class Wrong:
    """A range that is none, with what to do."""

    problem: ImpossiblePeriod


def during(node: nodes.During, context: Context) -> Period | Wrong:
    """The period that `during` names."""
    try:
        return _during(node, context)
    except (OverflowError, ValueError):
        return _wrong("this period is outside the years 1 to 9999", node.span)


def _during(node: nodes.During, context: Context) -> Period | Wrong:
    if node.relative is not None:
        return _relative(node, context)
    assert node.start is not None, "a range has a start"
    first = _range(node.start, context)
    if isinstance(first, Wrong):
        return first
    if node.open_end:
        return Period(first[0], None)
    if node.end is None:
        return Period(*first)
    last = _range(node.end, context)
    if isinstance(last, Wrong):
        return last
    if last[1] <= first[0]:
        return _wrong("this period ends before it begins", node.span, "turn the two around")
    return Period(first[0], last[1])


def _relative(node: nodes.During, context: Context) -> Period | Wrong:
    """`last 12 months`, `last month`, `this month`."""
    what = node.span_of
    number = 1
    if isinstance(what, nodes.DurationLiteral):
        if what.amount != int(what.amount) or what.amount < 1:
            return _wrong("a period is a whole number of days, weeks, months, quarters or years", what.span)
        number, unit = int(what.amount), what.unit
    else:
        unit = what or ""
    if unit not in {"day", "week", *MONTHS}:
        text = f"`{node.relative} {unit}` is no period: there are days, weeks, months, quarters and years"
        close = near(unit, ("day", "week", *MONTHS))
        return _wrong(text, node.span, f"did you mean {node.relative} {close[0]}?" if close else "")
    current = first_day(context.today, unit, context.week_start)
    if node.relative == "this":
        return Period(current, moved_by(current, unit, 1))
    return Period(moved_by(current, unit, -number), current)


def moved_by(start: date, unit: str, number: int) -> date:
    """The first day of the cell so many cells later."""
    if unit in MONTHS:
        months = start.year * 12 + start.month - 1 + number * MONTHS[unit]
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=number * (7 if unit == "week" else 1))


def _range(node: nodes.Expr, context: Context) -> tuple[date, date] | Wrong:
    """The first day of a written period, and the day after its last."""
    match node:
        case nodes.DateLiteral(value=day):
            return day, day + timedelta(days=1)
        case nodes.PeriodLiteral():
            return period(node, context.week_start)
        case nodes.Number(value=year) if year == int(year) and 1 <= year < 9999:
            return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
        case nodes.Name(parts=("today",)):
            return context.today, context.today + timedelta(days=1)
        case nodes.Name(parts=("yesterday",)):
            return context.today - timedelta(days=1), context.today
        case nodes.Name():
            close = near(node.text, SINGLE_DAYS)
            return _wrong(
                f"{node.text} is no period", node.span, f"did you mean {close[0]}?" if close else _examples()
            )
        case nodes.Text(value=text):
            return _wrong(f'"{text}" is no period', node.span, "write it without quotes: " + _examples())
        case nodes.Number(value=number):
            return _wrong(f"{number} is no year", node.span, _examples())
        case _:
            return _wrong("this is no period", node.span, _examples())


def _examples() -> str:
    return "2026, 2026-Q1, 2026-03, 2026-W05, 2026-03-31, last 12 months, this month"


def _wrong(text: str, span: Span, fix: str = "") -> Wrong:
    return Wrong(ImpossiblePeriod(text=text, fix=fix, span=span))
