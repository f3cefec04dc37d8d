"""Periods: ranges of readings of the local clock, the cells of a grain, and what `during` says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import SupportsIndex

from metricdsl.syntax import nodes
from metricdsl.testing.reference.calendars import SAYS, listed
from metricdsl.testing.reference.period_tables import Periods, periods_of
from metricdsl.testing.reference.values import Cell, Refused, Settings, add_months, midnight


class Grains(tuple[str, ...]):
    """Grains from the finest; one of a calendar stands where the plain one does."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        said, says, _ = name.partition(SAYS)
        return super().__contains__(name) or (bool(says) and said.count(".") == 1)

    def index(self, name: str, *bounds: SupportsIndex) -> int:
        of_table = periods_of(name)
        if of_table is not None:  # behind the day, in their own order
            return 100 * super().index("day") + 1 + of_table.rank
        return 100 * super().index(name.partition(SAYS)[0].rpartition(".")[2], *bounds)


GRAINS = Grains(("minute", "hour", "day", "week", "month", "quarter", "year"))
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BELOW_THE_DAY = ("minute", "hour")


@dataclass(frozen=True)
class Period:
    """The moments t with start <= t < end; None is without bound. The null period holds what has no time."""

    start: datetime | None
    end: datetime | None
    null: bool = False
    outside: tuple[Periods, ...] = ()  # of the null period: what lies in none of these periods, too

    @property
    def unbound(self) -> bool:
        """Whether it is all of time."""
        return self.start is None and self.end is None and not self.null

    def holds(self, moment: date | None) -> bool:
        if self.unbound:
            return True
        if self.outside and moment is not None:
            day = moment.date() if isinstance(moment, datetime) else moment
            inside = any(periods.place(day) is not None for periods in self.outside)
            return not inside and Period(self.start, self.end).holds(moment)
        if self.outside:
            return self.start is None and self.end is None
        if self.null or moment is None:
            return self.null and moment is None
        at = midnight(moment)
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def cut_to(self, outer: "Period") -> "Period":
        """The part of this period that lies in the outer one."""
        if self.unbound or outer.unbound:
            return outer if self.unbound else self
        if self.outside or outer.outside:
            cut = Period(self.start, self.end).cut_to(Period(outer.start, outer.end))
            if NULL in {self, outer}:
                return NULL if cut.unbound else NOTHING
            return Period(cut.start, cut.end, null=True, outside=self.outside + outer.outside)
        if self.null or outer.null:
            return self if self.null and outer.null else NOTHING
        starts = [s for s in (self.start, outer.start) if s is not None]
        ends = [e for e in (self.end, outer.end) if e is not None]
        return Period(max(starts, default=None), min(ends, default=None))

    @property
    def empty(self) -> bool:
        return self.start is not None and self.end is not None and self.start >= self.end


ALL = Period(None, None)
NULL = Period(None, None, null=True)
NOTHING = Period(datetime(1, 1, 1), datetime(1, 1, 1))  # noqa: DTZ001 - the local clock has no zone


def cell_of(moment: date | None, grain: str, settings: Settings) -> Cell | None:
    """The cell of a grain that a date or moment is in; null for null."""
    if moment is None:
        return None
    if grain in BELOW_THE_DAY:
        if not isinstance(moment, datetime):
            raise Refused(f"a date has no {grain}")
        start = moment.replace(second=0, microsecond=0)
        return Cell(grain, start if grain == "minute" else start.replace(minute=0))
    day = moment.date() if isinstance(moment, datetime) else moment
    of_table = periods_of(grain)
    if of_table is not None:
        place = of_table.place(day)
        return None if place is None else Cell(grain, of_table.ranges[place][0])
    cells = listed(grain)
    if cells is not None:
        return Cell(grain, cells.starts[cells.place(day)])
    match grain:
        case "day":
            return Cell(grain, day)
        case "week":
            first = WEEKDAYS.index(settings.week_start)
            return Cell(grain, day - timedelta(days=(day.weekday() - first) % 7))
        case "month":
            return Cell(grain, day.replace(day=1))
        case "quarter":
            return Cell(grain, day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
        case "year":
            return Cell(grain, day.replace(month=1, day=1))
        case _:
            raise Refused(f"unknown grain {grain}")


def steps(cell: Cell, count: int) -> Cell:
    """The cell of the same grain that many cells on."""
    of_table = periods_of(cell.grain)
    if of_table is not None:
        place = of_table.place(cell.start)
        if place is None or not 0 <= place + count < len(of_table.ranges):
            raise Refused("a table has no such period")
        return Cell(cell.grain, of_table.ranges[place + count][0])
    cells = listed(cell.grain)
    if cells is not None:
        return Cell(cell.grain, cells.starts[cells.place(cell.start) + count])
    match cell.grain:
        case "minute":
            return Cell(cell.grain, cell.start + timedelta(minutes=count))
        case "hour":
            return Cell(cell.grain, cell.start + timedelta(hours=count))
        case "day" | "week":
            return Cell(cell.grain, cell.start + timedelta(days=count * (7 if cell.grain == "week" else 1)))
        case _:
            return Cell(cell.grain, add_months(cell.start, count * LENGTHS[cell.grain]))


def period_of(cell: Cell | None) -> Period:
    """A cell as a period; null gives the null period."""
    of_table = None if cell is None else periods_of(cell.grain)
    if cell is not None and of_table is not None:
        place = of_table.place(cell.start)
        assert place is not None, "it is one of these periods"
        start, end = of_table.ranges[place]
        return Period(midnight(start), midnight(end))
    return NULL if cell is None else Period(midnight(cell.start), midnight(steps(cell, 1).start))


def period_in(cell: Cell | None, grain: str) -> Period:
    """A cell of a grain as a period; null holds what has no time, and of a table what lies in none of its periods."""
    if cell is not None:
        return period_of(cell)
    of_table = periods_of(grain)
    return NULL if of_table is None else Period(None, None, null=True, outside=(of_table,))


def cells_between(first: Cell, last: Cell) -> list[Cell]:
    """All cells of a grain from the first to the last, both included."""
    of_table = periods_of(first.grain)
    if of_table is not None:
        return [
            Cell(first.grain, start) for start, _ in of_table.ranges if first.start <= start <= last.start
        ]
    found = []
    while first.start <= last.start:
        found.append(first)
        first = steps(first, 1)
    return found


def boundaries(first: date, last: date, grain: str, settings: Settings) -> int | None:
    """How many cells of a grain the second moment's is after the first's; null where one is in none of a table."""
    a, b = cell_of(first, grain, settings), cell_of(last, grain, settings)
    of_table = periods_of(grain)
    if of_table is not None:
        since, until = (None if c is None else of_table.place(c.start) for c in (a, b))
        return None if since is None or until is None else until - since
    assert a is not None
    assert b is not None
    cells = listed(grain)
    if cells is not None:
        return cells.place(b.start) - cells.place(a.start)
    length_of = LENGTHS.get(grain)
    if length_of:
        months = (b.start.year - a.start.year) * 12 + b.start.month - a.start.month
        return months // length_of
    length = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}[grain]
    return int((midnight(b.start) - midnight(a.start)).total_seconds()) // length


def literal_cell(literal: nodes.PeriodLiteral) -> Cell:
    """`2026-Q4`, `2026-W05` (of ISO, so from a Monday), `2026-03`."""
    match literal.grain:
        case "week":
            return Cell("week", date.fromisocalendar(literal.year, literal.ordinal, 1))
        case "quarter":
            return Cell("quarter", date(literal.year, literal.ordinal * 3 - 2, 1))
        case _:
            return Cell("month", date(literal.year, literal.ordinal, 1))


def written_period(expression: nodes.Expr) -> Period:
    """A period as written: a year, quarter, month, week or day."""
    match expression:
        case nodes.Number(value=year) if year == int(year) and 1 <= year <= 9998:
            return period_of(Cell("year", date(int(year), 1, 1)))
        case nodes.DateLiteral(value=day):
            return period_of(Cell("day", day))
        case nodes.PeriodLiteral():
            return period_of(literal_cell(expression))
        case _:
            raise Refused("a period is a year, quarter, month, week or day")


def during(clause: nodes.During | None, settings: Settings) -> Period:
    """The range that a query asks for; ALL without one."""
    if clause is None:
        return ALL
    if clause.relative is not None:
        return _relative(clause.relative, clause.span_of, settings)
    if clause.start is None:
        raise Refused("`during` needs a period")
    first = written_period(clause.start)
    if clause.open_end:
        return Period(first.start, None)
    period = first if clause.end is None else Period(first.start, written_period(clause.end).end)
    if period.empty:
        raise Refused("the range ends before it starts")
    return period


def _relative(word: str, length: nodes.DurationLiteral | str | None, settings: Settings) -> Period:
    grain, count = (
        (length.unit, length.amount) if isinstance(length, nodes.DurationLiteral) else (str(length), 1)
    )
    if grain in {*BELOW_THE_DAY, "second"} or count != int(count) or count < 1:
        raise Refused(f"`{word}` counts whole days, weeks, months, quarters or years")
    now = cell_of(settings.today, grain, settings)
    assert now is not None
    if word == "this":
        return period_of(now)
    return Period(midnight(steps(now, -int(count)).start), midnight(now.start))
