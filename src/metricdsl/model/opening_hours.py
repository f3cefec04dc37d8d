"""When a place is open: the stretches of each day of the week, and the days that are closed, wholly or for a part.

A formula names the hours by a text, "office`1 540-720 780-1050;5 540-720;2026-12-24 720-1440": the calendar, behind a back-quote the
weekdays (Monday is 1) with the minutes since midnight between which they are open, then dates with the minutes between which they are closed.
Holidays from a table stand between, "office`office_holidays`1 540-720".
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache

from metricdsl.model.period_table import RULE
from metricdsl.value import frozen

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
FIRST = date(1, 1, 1)
"""The first of all dates, a Monday."""
WEEK = 7

Stretch = tuple[int, int]
"""From a minute of the day to another, which is no longer in it."""
Stretches = tuple[Stretch, ...]
"""One after the other, none touching the next."""


@frozen
class OpeningHours:
    """The stretches of the seven days of a week, Monday first, and those that are closed on certain dates."""

    calendar: str
    week: tuple[Stretches, ...]
    closed: tuple[tuple[date, Stretches], ...] = ()
    table: str = ""  # the rows of further days that are closed, by the name of what stands for them

    @property
    def text(self) -> str:
        """As a formula names them."""
        days = [(str(number), open_) for number, open_ in enumerate(self.week, 1) if open_]
        days += [(day.isoformat(), closed) for day, closed in self.closed]
        said = (f"{day} {' '.join(f'{a}-{b}' for a, b in of_day)}" for day, of_day in days)
        table = f"{self.table}{RULE}" if self.table else ""
        return f"{self.calendar}{RULE}{table}{';'.join(said)}"

    def on(self, day: date) -> Stretches:
        """The stretches in which a day is open."""
        return without(self.week[day.weekday()], dict(self.closed).get(day, ()))

    @property
    def exceptions(self) -> Mapping[date, Stretches]:
        """The dates, in order, that are open otherwise than their day of the week, with what is left of it."""
        usual = {day: self.week[day.weekday()] for day, _ in self.closed}
        left = {day: without(usual[day], closed) for day, closed in self.closed}
        return {day: left[day] for day in sorted(left) if left[day] != usual[day]}

    def before(self, day: date) -> int:
        """The open microseconds from the first of all dates to the beginning of a day."""
        weeks, days = divmod((day - FIRST).days, WEEK)
        usual = weeks * sum(map(length, self.week)) + sum(map(length, self.week[:days]))
        lost = sum(
            length(self.week[d.weekday()]) - length(left) for d, left in self.exceptions.items() if d < day
        )
        return usual - lost

    def until(self, moment: date) -> int:
        """The open microseconds from the first of all dates to a moment of the local clock."""
        day = moment.date() if isinstance(moment, datetime) else moment
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the local clock
        passed = (moment - midnight) // timedelta(microseconds=1) if isinstance(moment, datetime) else 0
        within = sum(min(max(passed - a * MINUTE, 0), (b - a) * MINUTE) for a, b in self.on(day))
        return self.before(day) + within


def length(stretches: Stretches) -> int:
    """How many microseconds some stretches are."""
    return sum(b - a for a, b in stretches) * MINUTE


def joined(stretches: Iterable[Stretch]) -> Stretches:
    """The same in order, those that touch or overlap made one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def without(stretches: Stretches, closed: Stretches) -> Stretches:
    """What is left of some stretches when others are taken out."""
    left = list(stretches)
    for start, end in closed:
        cut = [part for a, b in left for part in ((a, min(b, start)), (max(a, end), b))]
        left = [(a, b) for a, b in cut if a < b]
    return tuple(left)


@cache
def hours_of(text: str) -> OpeningHours:
    """The hours that a text names."""
    week: dict[int, Stretches] = {}
    closed: list[tuple[date, Stretches]] = []
    calendar, *table, hours = text.split(RULE)
    for said in hours.split(";"):
        day, *parts = said.split(" ")
        pairs = [part.split("-") for part in parts]
        stretches = tuple((int(a), int(b)) for a, b in pairs)
        if "-" in day:
            closed.append((date.fromisoformat(day), stretches))
        else:
            week[int(day)] = stretches
    open_ = tuple(week.get(number, ()) for number in range(1, WEEK + 1))
    return OpeningHours(calendar, open_, tuple(closed), *table)
