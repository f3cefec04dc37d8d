"""Calendars whose periods lie in a table: each period listed with its first and its last day, behind the name of its grain.

A grain is "trading.session`table trading 0 2026-01-05:2026-01-09 2026-01-12:2026-01-17": of which calendar, the how manieth of its
grains, and its periods, each from its first day to the day after its last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

from metricdsl.syntax import nodes
from metricdsl.testing.reference.values import Refused, Value

SAYS = "`"
TABLE = "table"


@dataclass(frozen=True)
class Cells:
    """`3 trading.session`: so many periods of a grain."""

    count: int
    grain: str


@dataclass(frozen=True)
class Periods:
    """The periods of a grain, in order."""

    calendar: str
    rank: int
    ranges: tuple[tuple[date, date], ...]

    def place(self, day: date) -> int | None:
        """The ordinal of the period that a day is in."""
        found = (place for place, (start, end) in enumerate(self.ranges) if start <= day < end)
        return next(found, None)

    def meeting(self, start: date | None, end: date | None) -> Iterator[date]:
        """The first days of the periods that a range of days, or moments, meets."""
        start, end = (one.date() if isinstance(one, datetime) else one for one in (start, end))
        for first, after in self.ranges:
            if (end is None or first < end) and (start is None or start < after):
                yield first


@cache
def periods_of(grain: str) -> Periods | None:
    """The periods that a grain lists; None of a grain that no table tells."""
    word, *said = grain.partition(SAYS)[2].split(" ")
    if word != TABLE:
        return None
    ranges = [tuple(map(date.fromisoformat, one.split(":"))) for one in said[2:]]
    return Periods(said[0], int(said[1]), tuple((start, end) for start, end in ranges))


def columns_of(declared: nodes.CalendarDecl) -> tuple[str, tuple[str, ...]]:
    """The column of the day, and those of the grains."""
    days = [
        v.text for p in declared.properties if p.word == "day" for v in p.values if isinstance(v, nodes.Name)
    ]
    grains = [
        v.text
        for p in declared.properties
        if p.word == "grain"
        for v in p.values
        if isinstance(v, nodes.Name)
    ]
    return days[0], tuple(grains)


def said_by_table(calendar: str, rank: int, rows: Sequence[tuple[Value, Value]]) -> str:
    """What a grain says, from the day and the period of each row."""
    known = [(_day(day), value) for day, value in rows if day is not None and value is not None]
    if len({day for day, _ in known}) < len(known):
        raise Refused("a day stands in the table of a calendar twice")
    of_value: dict[Value, list[date]] = {}
    for day, value in known:
        of_value.setdefault(value, []).append(day)
    ranges = sorted((min(days), max(days) + timedelta(1)) for days in of_value.values())
    if any(later[0] < earlier[1] for earlier, later in pairwise(ranges)):
        raise Refused("two periods of a calendar lie among each other")
    return " ".join([TABLE, calendar, str(rank), *(f"{start}:{end}" for start, end in ranges)])


def _day(value: Value) -> date:
    if not isinstance(value, date):
        raise Refused(f"{value} is no day")
    return value.date() if isinstance(value, datetime) else value


def within(fine: Periods, coarse: Periods) -> bool:
    """Whether periods of one grain belong into those of the other; one that lies in it in part is refused."""
    if fine.calendar != coarse.calendar or fine.rank >= coarse.rank:
        return False
    for start, end in fine.ranges:
        for first, after in coarse.ranges:
            if start < after and first < end and not (first <= start and end <= after):
                raise Refused("a period lies in a longer one in part")
    return True


def moved_by_places(
    start: date | None, end: date, cells: Periods, unit: Periods, count: int
) -> tuple[date | None, date] | None:
    """A range that begins and ends in cells, these so many units before; None where one has no counterpart, or a shorter one."""
    last = cells.place(end - timedelta(1))
    target = None if last is None else _before(cells, last, unit, count)
    if last is None or target is None:
        return None
    first = last if start is None else cells.place(start)
    since = None if first is None else _before(cells, first, unit, count)
    if first is None or since is None:
        return None
    whole = end == cells.ranges[last][1] and (start is None or start == cells.ranges[first][0])
    until = cells.ranges[target][1]
    if not whole:
        until = min(cells.ranges[target][0] + (end - cells.ranges[last][0]), until)
    if start is None:
        return None, until
    begins = cells.ranges[since][0] + (start - cells.ranges[first][0])
    return None if begins >= cells.ranges[since][1] else (begins, until)


def _before(cells: Periods, place: int, unit: Periods, count: int) -> int | None:
    """The place of the cell that stands so many units before."""
    if cells == unit:
        return place - count if place >= count else None
    within(cells, unit)
    outer = unit.place(cells.ranges[place][0])
    if outer is None or outer < count:
        return None
    here, there = (
        [p for p, (start, _) in enumerate(cells.ranges) if unit.place(start) == one]
        for one in (outer, outer - count)
    )
    at = here.index(place)
    return there[at] if at < len(there) else None
