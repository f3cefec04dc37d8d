"""Business time, day by day: each day from the first moment to the second is looked up, and what of it is open is added."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.calendars import WEEKDAYS
from metricdsl.testing.reference.functions import a_date, day_of
from metricdsl.testing.reference.money import RowData
from metricdsl.testing.reference.names import Constant, Scope, World
from metricdsl.testing.reference.values import Duration, Refused, Value

NOTHING, MINUTE, DAY = timedelta(0), timedelta(minutes=1), timedelta(days=1)


def business_time(
    call: nodes.Call, data: RowData, scope: Scope, value: Callable[[nodes.Expr], Value]
) -> Value:
    """The open time between two moments: negative where the second is earlier, null where one of them is."""
    if len(call.arguments) != 3:
        raise Refused("business_time(a, b, calendar)")
    a, b, named = (argument.value for argument in call.arguments)
    calendar, home = _calendar(data.world, named, scope)
    days = _days_of_table(calendar, data, home)
    first, second = value(a), value(b)
    if first is None or second is None:
        return None
    start, end = _moment(first), _moment(second)
    passed = _open(calendar, days, start, end) if start <= end else -_open(calendar, days, end, start)
    return Duration(Fraction(passed // timedelta(microseconds=1)))


def _calendar(world: World, named: nodes.Expr, scope: Scope) -> tuple[nodes.CalendarDecl, Scope]:
    opened = world.opened(named, scope)
    if isinstance(opened, Constant) or not isinstance(opened[0], nodes.Name):
        raise Refused("business_time needs the name of a calendar")
    found = world.find(opened[0].parts, opened[1], nodes.CalendarDecl)
    if found is None or found[2] or not found[0].hours:
        raise Refused(f"{opened[0].text} is no calendar with hours")
    return found[0], found[1]


def _days_of_table(calendar: nodes.CalendarDecl, data: RowData, scope: Scope) -> set[date]:
    """The days of the table that the holidays lie in."""
    origin = next((listed.origin for listed in calendar.holidays if listed.origin is not None), None)
    if origin is None:
        return set()
    rows = data.world.rows_of(calendar, ".".join(origin.parts[:-1]), scope)
    days = (data.member(rows, origin.parts[-1], row) for row in data.rows(rows))
    return {day_of(day) for day in days if day is not None}


def _moment(value: Value) -> datetime:
    """A date is its midnight."""
    moment = a_date(value)
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001


def _open(calendar: nodes.CalendarDecl, days: set[date], start: datetime, end: datetime) -> timedelta:
    """What is open from one moment to a later one: each day's open minutes, as much of each as lies between the two."""
    week, closed = _week(calendar), _closed(calendar)
    passed = NOTHING
    for number in range((end.date() - start.date()).days + 1):
        day = start.date() + number * DAY
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        after, before = start - midnight, end - midnight
        minutes = week[day.weekday()]
        if day in days:
            continue
        if day in closed:
            minutes = minutes - closed[day]
        if after <= NOTHING and before >= DAY:
            passed += len(minutes) * MINUTE
        else:
            shares = (min(before, (m + 1) * MINUTE) - max(after, m * MINUTE) for m in minutes)
            passed += sum((share for share in shares if share > NOTHING), NOTHING)
    return passed


def _week(calendar: nodes.CalendarDecl) -> list[set[int]]:
    """The minutes since midnight in which each day of the week is open, Monday first."""
    week: list[set[int]] = [set() for _ in WEEKDAYS]
    for line in calendar.hours:
        for name in (name for days in line.days for name in _names(days)):
            for stretch in line.stretches:
                week[WEEKDAYS.index(name)].update(range(stretch.start, stretch.end))
    return week


def _closed(calendar: nodes.CalendarDecl) -> dict[date, set[int]]:
    """The minutes since midnight in which holidays are closed."""
    found: dict[date, set[int]] = {}
    for holiday in (holiday for listed in calendar.holidays for holiday in listed.days):
        if isinstance(holiday.day, nodes.DateLiteral):
            part = holiday.closed
            minutes = range(24 * 60) if part is None else range(part.start, part.end)
            found.setdefault(holiday.day.value, set()).update(minutes)
    return found


def _names(days: nodes.Weekdays) -> Iterator[str]:
    """The days from the first to the last, over the end of the week where the last comes before the first."""
    at = WEEKDAYS.index(days.first.text)
    yield WEEKDAYS[at]
    while days.last is not None and WEEKDAYS[at] != days.last.text:
        at = (at + 1) % len(WEEKDAYS)
        yield WEEKDAYS[at]
