"""Periods: half-open ranges of local time."""

from datetime import date, datetime, timedelta

from metricdsl.model.calendar import plain_grain
from metricdsl.model.period_table import table_of
from metricdsl.model.year_rule import YearRule, rule_of
from metricdsl.value import frozen


@frozen
class Period:
    """From `start` (included) to `end` (excluded), readings of the local clock; None is without an end on that side.

    Dates are their midnights. A timestamp is in it if its local reading is.
    """

    start: date | datetime | None = None
    end: date | datetime | None = None


ALL_TIME = Period()


def day_of(value: date | datetime) -> date:
    """The day that a moment lies on."""
    return value.date() if isinstance(value, datetime) else value


def midnight(value: date | datetime) -> datetime:
    """A moment; of a day its first."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001


def beginning(value: date | datetime, grain: str, week_start: int) -> date | datetime:
    """The beginning of the cell of a grain that a moment lies in; a day, but for hours and minutes."""
    match grain:
        case "minute":
            return midnight(value).replace(second=0, microsecond=0)
        case "hour":
            return midnight(value).replace(minute=0, second=0, microsecond=0)
        case _:
            return first_day(day_of(value), grain, week_start)


def may_cut(bound: date | datetime, grain: str, week_start: int) -> bool:
    """Whether a bound may lie within a cell of a grain: where cells of a table begin, only the table knows."""
    return table_of(grain) is not None or beginning(bound, grain, week_start) != bound


def first_day(day: date, grain: str, week_start: int) -> date:
    """The first day of the day, week, month, quarter or year that a day lies in."""
    assert table_of(grain) is None, "where a period of a table begins, only the table knows"
    rule = rule_of(grain)
    if rule is not None:
        return _first_day_by(rule, day, plain_grain(grain))
    match grain:
        case "week":
            return day - timedelta(days=(day.isoweekday() - week_start) % 7)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of the month where there is no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(1)).day))


def _first_day_by(rule: YearRule, day: date, part: str) -> date:
    """The first day of a cell of a calendar."""
    if not rule.weekday:
        return _later(first_day(_later(day, rule, -1), part, 1), rule, 1)
    week = first_day(day, "week", rule.weekday)
    if part == "week":
        return week
    plain = YearRule(rule.month, rule.day)
    anchor = _first_day_by(plain, week + timedelta(6 - rule.ahead), "year")
    year = first_day(anchor + timedelta(rule.ahead), "week", rule.weekday)
    return year + timedelta(weeks=first_week(rule, (day - year).days // 7, part))


def first_week(rule: YearRule, week: int, part: str) -> int:
    """With which week of the year, counted from 0, the quarter or month begins that a week lies in."""
    match part:
        case "quarter":
            return 13 * min(week // 13, 3)
        case "month":
            month = min((3 * week + rule.shares) // 13, 11)
            return (13 * month + 2 - rule.shares) // 3
        case _:
            return 0


def _later(day: date, rule: YearRule, sign: int) -> date:
    """From a day of the plain year to that of the rule's, or back with -1."""
    if sign > 0:
        return add_months(day, rule.month - 1) + timedelta(rule.day - 1)
    return add_months(day - timedelta(rule.day - 1), 1 - rule.month)
