"""Years of declared calendars as SQL: those that start on another day, and those of whole weeks.

A day of a year that starts on 04-06 is moved five days and three months back, cut like a day of a plain year, and what is found is
moved on again. A year of whole weeks starts with the week of its day, or of the last day that may still be nearest to it.
"""

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import by_intervals, operand
from metricdsl.builtins.functions.elapsed import days
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import DATE, TEXT, Kind, ValueType
from metricdsl.model.year_rule import YearRule
from metricdsl.spi.lowering import Emit, Operand

MONTHS = ValueType(Kind.DURATION, grain="month")
WEEK = 7


def start_by(emit: Emit, rule: YearRule, time: Operand, part: str) -> Operand:
    """The first day of the year, quarter, month or week of a calendar that a time lies in."""
    day = emit.call("date", time, result=DATE)
    if not rule.weekday:
        return _on(emit, _cut(emit, year_of(emit, rule, day), part), rule)
    if part == "week":
        return _week(emit, rule, day)
    first = _first_week(emit, rule, day)
    if part == "year":
        return first
    number = weeks_of(emit, rule, time, part)
    if part == "quarter":
        passed = nodes.op(emit, "*", nodes.whole(emit, 13 * WEEK), number)
    else:
        # Month i begins with week (13 i + 2 - shares) / 3.
        thirds = nodes.op(emit, "*", nodes.whole(emit, 13), number)
        thirds = nodes.op(emit, "+", thirds, nodes.whole(emit, 2 - rule.shares))
        passed = nodes.op(emit, "*", nodes.whole(emit, WEEK), over(emit, thirds, 3))
    return operand(by_days(emit, first.sql, passed), DATE)


def _first_week(emit: Emit, rule: YearRule, day: Operand) -> Operand:
    """The first day of the year of whole weeks that a day lies in."""
    if emit.dialect == "sqlite":
        away = WEEK - 1 - rule.ahead
        nearest = (f"+{rule.ahead} days", *_weekly(rule, 0))
        return _dated(emit, day, *_weekly(rule, away), *_plain(rule), "start of year", *_own(rule), *nearest)
    year = _on(emit, _cut(emit, year_of(emit, rule, day), "year"), rule)
    return _week(emit, rule, _later(emit, year, rule.ahead))


def weeks_of(emit: Emit, rule: YearRule, time: Operand, part: str) -> Sql:
    """The number of a quarter or month of whole weeks in its year, from 0; the last one has the 53rd week."""
    first = start_by(emit, rule, operand(time.again(), time.type), "year")
    day = emit.call("date", operand(time.again(), time.type), result=DATE)
    week = over(emit, days(emit, day.sql, first.sql), WEEK)
    if part == "quarter":
        return _least(emit, over(emit, week, 13), 3)
    thirds = nodes.op(
        emit, "+", nodes.op(emit, "*", nodes.whole(emit, 3), week), nodes.whole(emit, rule.shares)
    )
    return _least(emit, over(emit, thirds, 13), 11)


def year_of(emit: Emit, rule: YearRule, time: Operand) -> Operand:
    """The day of a plain year that a day of the calendar's year becomes, its weeks told by their year alone."""
    day = emit.call("date", time, result=DATE)
    if emit.dialect == "sqlite":
        return _dated(emit, day, *_weekly(rule, WEEK - 1 - rule.ahead), *_plain(rule))
    if rule.weekday:
        day = _later(emit, _week(emit, rule, day), WEEK - 1 - rule.ahead)
    day = _later(emit, day, 1 - rule.day)
    return (
        day if rule.month == 1 else emit.call("add", day, emit.constant(1 - rule.month, MONTHS), result=DATE)
    )


def _dated(emit: Emit, day: Operand, *modifiers: str) -> Operand:
    """SQLite moves a date by a list of what to do: DATE(d, '-5 days', 'start of month')."""
    return operand(emit.function("DATE", day.sql, *map(nodes.text, modifiers)), DATE)


def _weekly(rule: YearRule, later: int) -> tuple[str, ...]:
    """To the first day of the week, and some days on."""
    if not rule.weekday:
        return ()
    first = ("-6 days", f"weekday {rule.weekday % WEEK}")
    return (*first, f"+{later} days") if later else first


def _plain(rule: YearRule) -> tuple[str, ...]:
    """To the month of the plain year."""
    back = (f"-{rule.day - 1} days",) if rule.day > 1 else ()
    away = (f"-{rule.month - 1} months",) if rule.month > 1 else ()
    return (*back, "start of month", *away)


def _own(rule: YearRule) -> tuple[str, ...]:
    """From the first of a month of the plain year to the calendar's."""
    months = (f"+{rule.month - 1} months",) if rule.month > 1 else ()
    return (*months, f"+{rule.day - 1} days") if rule.day > 1 else months


def over(emit: Emit, sql: Sql, number: int) -> Sql:
    """How many times a number is in a whole one that is not negative."""
    return nodes.cut_off(emit, sql, nodes.whole(emit, number))


def _cut(emit: Emit, day: Operand, part: str) -> Operand:
    return emit.call("start_of", day, emit.constant(part, TEXT), result=DATE)


def _on(emit: Emit, day: Operand, rule: YearRule) -> Operand:
    """From the first of a month of the plain year to the day of the calendar's."""
    if emit.dialect == "sqlite":
        return _dated(emit, day, *_own(rule))
    if rule.month > 1:
        day = emit.call("add", day, emit.constant(rule.month - 1, MONTHS), result=DATE)
    return _later(emit, day, rule.day - 1)


def _week(emit: Emit, rule: YearRule, day: Operand) -> Operand:
    """The first day of a week, which begins with the weekday of the rule."""
    if emit.dialect == "sqlite":
        return _dated(emit, day, *_weekly(rule, 0))
    away = (rule.weekday - emit.week_start) % WEEK
    return _later(emit, _cut(emit, _later(emit, day, -away), "week"), away)


def _later(emit: Emit, day: Operand, count: int) -> Operand:
    if count == 0:
        return day
    shift = emit.constant(count * 86_400_000_000, ValueType(Kind.DURATION))
    return emit.call("add", day, shift, result=DATE)


def by_days(emit: Emit, day: Sql, count: Sql) -> Sql:
    """A date some days later, of which the number is calculated."""
    if emit.dialect == "sqlite":
        return emit.function("DATE", day, nodes.op(emit, "||", count, nodes.text(" days")))
    if by_intervals(emit):
        return nodes.op(emit, "+", day, nodes.interval_of(count, "DAY"))
    return nodes.op(emit, "+", day, nodes.small_integer(count))


def _least(emit: Emit, sql: Sql, number: int) -> Sql:
    return emit.function("MIN" if emit.dialect == "sqlite" else "LEAST", sql, nodes.whole(emit, number))
