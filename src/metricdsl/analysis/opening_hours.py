"""The hours and holidays of a calendar, and what is wrong with them."""

from collections.abc import Iterator
from datetime import date

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.opening_hours import (
    HolidayIsNoDate,
    HoursEndBeforeTheyStart,
    HoursOverlap,
)
from metricdsl.model.opening_hours import WEEK, OpeningHours, Stretch, joined
from metricdsl.model.year_rule import WEEKDAYS
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

ALL_DAY: Stretch = (0, 24 * 60)


def opening_hours(node: nodes.CalendarDecl) -> tuple[OpeningHours | None, list[Problem]]:
    """When a calendar is open, and the problems of what it says of that; None where it says nothing, or something wrong."""
    problems: list[Problem] = []
    week: dict[int, list[nodes.Stretch]] = {}
    for line in node.hours:
        problems.extend(_ends(line.stretches))
        for days in line.days:
            for day in _days(days, problems):
                week.setdefault(day, []).extend(line.stretches)
    problems.extend(_overlaps(week))
    closed: dict[date, list[Stretch]] = {}
    for listed in node.holidays:
        for holiday in listed.days:
            problems.extend(_ends(() if holiday.closed is None else (holiday.closed,)))
            if isinstance(holiday.day, nodes.DateLiteral):
                closed.setdefault(holiday.day.value, []).append(_minutes(holiday.closed))
            else:
                problems.append(_no_date(holiday.day))
    if node.holidays and not node.hours:
        text = f"the calendar {node.name} has holidays, and no hours that these could close"
        fix = "add its hours, as in `hours monday to friday 09:00 to 17:30`"
        problems.append(IncompleteDeclaration(text=text, fix=fix, span=node.holidays[0].span))
    problems.extend(_tables(node))
    if problems or not node.hours:
        return None, problems
    stretches = tuple(joined(map(_minutes, week.get(day, []))) for day in range(WEEK))
    return OpeningHours(node.name, stretches, tuple((day, joined(closed[day])) for day in sorted(closed))), []


def _tables(node: nodes.CalendarDecl) -> Iterator[Problem]:
    """The problems of holidays from a table: they lie in a column, and in one."""
    origins = [listed for listed in node.holidays if listed.origin is not None]
    for listed in origins:
        assert listed.origin is not None, "only such were chosen"
        if len(listed.origin.parts) < 2:
            text = "holidays lie in a column of a table"
            fix = f"name the column too, as in `holidays from {listed.origin.text}.day`"
            yield IncompleteDeclaration(text=text, fix=fix, span=listed.span)
    for listed in origins[1:]:
        text = f"the calendar {node.name} has its holidays from one table"
        fix = "put the days of both into one, or list those of one"
        yield IncompleteDeclaration(text=text, fix=fix, span=listed.span)


GROUPS_OF_DAYS = {
    "weekdays": "monday to friday",
    "workdays": "monday to friday",
    "weekends": "saturday to sunday",
    "weekend": "saturday to sunday",
    "daily": "monday to sunday",
    "everyday": "monday to sunday",
}
"""Words for several days, which are named by the first and the last."""


def _minutes(stretch: nodes.Stretch | None) -> Stretch:
    return ALL_DAY if stretch is None else (stretch.start, stretch.end)


def _days(days: nodes.Weekdays, problems: list[Problem]) -> list[int]:
    """The numbers of the days that are named, Monday 0; from Saturday to Monday are three."""
    named = [name for name in (days.first, days.last) if name is not None]
    unknown = [name for name in named if name.text not in WEEKDAYS]
    for name in unknown:
        group = GROUPS_OF_DAYS.get(name.text.lower()) if days.last is None else None
        close = (
            ((group,) if group else ())
            or near(name.text, WEEKDAYS)
            or tuple(day for day in WEEKDAYS if day[:2] == name.text[:2].lower())
        )
        where = "among the days of the week"
        hint = "" if close else f"They are {', '.join(WEEKDAYS)}."
        problems.append(UnknownName(name=name.text, where=where, near=close, hint=hint, span=name.span))
    if unknown:
        return []
    first, last = WEEKDAYS.index(named[0].text), WEEKDAYS.index(named[-1].text)
    return [(first + further) % WEEK for further in range((last - first) % WEEK + 1)]


def _ends(stretches: tuple[nodes.Stretch, ...]) -> Iterator[Problem]:
    """The problems of stretches that do not end after they start."""
    for one in stretches:
        if one.start < one.end:
            continue
        start, end = _clock(one.start), _clock(one.end)
        text = f"a stretch of the day ends after it starts, and {start} to {end} does not"
        fix = f"past midnight it is two: `{start} to 24:00`, and on the next day `00:00 to {end}`"
        if one.start == one.end:
            fix = "take it away; a whole day is `00:00 to 24:00`"
        elif not one.end:
            fix = f"the end of the day is 24:00: `{start} to 24:00`"
        yield HoursEndBeforeTheyStart(text=text, fix=fix, span=one.span)


def _overlaps(week: dict[int, list[nodes.Stretch]]) -> Iterator[Problem]:
    """The problems of stretches of one day that overlap, each pair told once."""
    told = set[tuple[int, int]]()
    for day in sorted(week):
        stretches = [s for s in week[day] if s.start < s.end]
        for at, second in enumerate(stretches):
            for first in stretches[:at]:
                pair = first.span.start, second.span.start
                if first.start < second.end and second.start < first.end and pair not in told:
                    told.add(pair)
                    yield _overlap(WEEKDAYS[day], first, second)


def _overlap(day: str, first: nodes.Stretch, second: nodes.Stretch) -> Problem:
    whole = f"{_clock(min(first.start, second.start))} to {_clock(max(first.end, second.end))}"
    text = f"on {day} {_said(second)} overlaps {_said(first)}"
    again = (
        "leave one out"
        if first == second
        else f"write the one stretch `{whole}`, or put right where they end"
    )
    return HoursOverlap(text=text, fix=again, span=second.span)


def _said(stretch: nodes.Stretch) -> str:
    return f"{_clock(stretch.start)} to {_clock(stretch.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _no_date(node: nodes.Expr) -> Problem:
    """The problem of a holiday that is no date; a date in quotes is likely to be one."""
    day = None
    if isinstance(node, nodes.Text):
        try:
            day = date.fromisoformat(node.value)
        except ValueError:
            day = None
    return HolidayIsNoDate(written=flat(node), day=day, span=node.span)
