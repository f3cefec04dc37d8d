"""The time functions, τ: what becomes of a period."""

from datetime import date, datetime, timedelta

from metricdsl.testing.reference.calendars import Listed, before_end, listed, month_places, moved_back
from metricdsl.testing.reference.period_tables import Cells, moved_by_places, periods_of, within
from metricdsl.testing.reference.periods import GRAINS, NOTHING, Period, cell_of, period_of, steps
from metricdsl.testing.reference.values import (
    Cell,
    Duration,
    Months,
    Refused,
    Settings,
    Value,
    add_months,
    midnight,
    moved,
    negative,
)

TIME_FUNCTIONS = ("prior", "trailing", "to_date", "at_start", "running", "opening")
MOMENT = timedelta(microseconds=1)


def tomorrow(settings: Settings) -> datetime:
    return midnight(settings.today) + timedelta(days=1)


def normed(period: Period, settings: Settings) -> Period:
    """norm(ALL) = [−∞, today+1);  norm([s, ∞)) = [s, today+1)."""
    if period.null or period.end is not None:
        return period
    return Period(period.start, tomorrow(settings))


def looked_back_from(period: Period, settings: Settings) -> datetime:
    """z([s, e)) = min(e, today+1) if s < today+1, else e, of a normed period."""
    assert period.end is not None
    if period.start is None or period.start < tomorrow(settings):
        return min(period.end, tomorrow(settings))
    return period.end


def changed(function: str, by: Value, period: Period, settings: Settings, grain: str = "") -> Period | None:
    """τ P for a period that is not null; None where `opening` has nothing before it."""
    if period.null or period.empty:
        return period
    if function == "opening":
        return None if period.start is None else Period(None, period.start)
    period = normed(period, settings)
    if period.empty:  # [s, ∞) that begins after today
        return NOTHING
    assert period.end is not None
    match function:
        case "norm":
            return period
        case "prior":
            return shifted(period, by, grain)
        case "trailing":
            end = looked_back_from(period, settings)
            if isinstance(by, Cells):
                return _from_cell(end, by)
            if isinstance(by, Months) and month_places(grain) is not None:
                return Period(midnight(before_end(end.date(), grain, by.count)), end)
            return Period(midnight(moved(end, negative(by))), end)
        case "to_date":
            first = start_of(period.end - MOMENT, by, settings)
            return NOTHING if first is None else Period(first, period.end)
        case "running":
            return Period(None, period.end)
        case _:
            raise Refused(f"there is no time function {function}")


def shifted(period: Period, by: Duration | Months, grain: str = "") -> Period:
    """shift(P, −d). Minutes to weeks move both ends. Months and longer: if the period starts on the first of a month
    (−∞ counts as one) and ends on the last of one, the whole months; else its first and its last day, each clamped."""
    if isinstance(by, Cells):
        return _by_places(period, by, grain)
    if isinstance(by, Months) and month_places(grain) is not None:
        return _by_ordinal(period, by.count, grain)
    if isinstance(by, Months) and (cells := listed(grain)) is not None and _is_cell(period, cells):
        return _months_before(period, by.count)
    back = negative(by)
    start, end = period.start, period.end
    assert end is not None
    if isinstance(by, Duration):
        return Period(None if start is None else moved_moment(start, back), moved_moment(end, back))
    whole = (start is None or _is_first(start)) and _is_first(end)
    first = None if start is None else moved_moment(start, back)
    if whole:
        return Period(first, moved_moment(end, back))
    last = midnight((end - MOMENT).date())
    return Period(first, moved_moment(last, back) + (end - last))


def _by_places(period: Period, by: Cells, grain: str) -> Period:
    """The cells of a table so many places before, or those of the same place in longer ones; nothing where there is none."""
    cells, unit = periods_of(grain), periods_of(by.grain)
    if cells is None or unit is None or period.end is None:
        return NOTHING
    start = None if period.start is None else period.start.date()
    found = moved_by_places(start, period.end.date(), cells, unit, by.count)
    if found is None:
        return NOTHING
    return Period(None if found[0] is None else midnight(found[0]), midnight(found[1]))


def _from_cell(end: datetime, by: Cells) -> Period:
    """From the period so many, less one, before that of the last day."""
    unit = periods_of(by.grain)
    last = None if unit is None else unit.place((end - MOMENT).date())
    if unit is None or last is None or last + 1 < by.count:
        return NOTHING
    return Period(midnight(unit.ranges[last + 1 - by.count][0]), end)


def moved_moment(moment: datetime, by: Duration | Months) -> datetime:
    return midnight(moved(moment, by))


def _by_ordinal(period: Period, months: int, grain: str) -> Period:
    assert period.end is not None
    found = moved_back((period.start and period.start.date(), period.end.date()), grain, months)
    if found is None:
        return NOTHING
    return Period(None if found[0] is None else midnight(found[0]), midnight(found[1]))


def _is_cell(period: Period, cells: Listed) -> bool:
    """Whether a period begins and ends where periods of the calendar do."""
    return all(
        b is not None and b == midnight(cells.starts[cells.place(b.date())])
        for b in (period.start, period.end)
    )


def _months_before(period: Period, months: int) -> Period:
    """A whole period of a calendar whose months start on the same day of each month."""
    assert period.start is not None
    assert period.end is not None
    start, end = (add_months(b.date(), -months) for b in (period.start, period.end))
    return Period(midnight(start), midnight(end))


def _lies_in(cell: Cell, coarse: str, settings: Settings) -> bool:
    last = steps(cell, 1).start - timedelta(1)
    return cell_of(cell.start, coarse, settings) == cell_of(last, coarse, settings)


def _is_first(moment: datetime) -> bool:
    return moment == midnight(date(moment.year, moment.month, 1))


def start_of(moment: date, unit: str, settings: Settings) -> datetime | None:
    """start_u: the first moment of the unit that a moment is in; None where it is in none of a table."""
    cell = cell_of(moment, unit, settings)
    return None if cell is None else midnight(cell.start)


def first_cell(period: Period, grain: str, unit: str, settings: Settings) -> Period:
    """`at_start u`: the cell of the grain that begins at start_u of the period."""
    if period.empty:
        return period
    if period.start is None:
        raise Refused("at_start needs a cell that begins")
    start = start_of(period.start, unit, settings)
    if start is None:
        return NOTHING
    cells = periods_of(grain)
    if cells is not None:
        return period_of(Cell(grain, next(day for day, _ in cells.ranges if day >= start.date())))
    return period_of(cell_of(start, grain, settings))


def nests(fine: str, coarse: str) -> bool:
    """Whether cells of one grain lie whole within those of another; weeks lie within nothing longer."""
    if fine == coarse:
        return True
    if fine == "week" or GRAINS.index(fine) >= GRAINS.index(coarse):
        return False
    one, other = periods_of(fine), periods_of(coarse)
    if one is not None or other is not None:
        return (
            within(one, other)
            if one is not None and other is not None
            else GRAINS.index(fine) <= GRAINS.index("day")
        )
    cells = listed(fine) or listed(coarse)
    if cells is None or GRAINS.index(fine) <= GRAINS.index("day"):
        return True
    settings = Settings(date(2000, 1, 1))
    found = [cell_of(date(2000, 1, 1) + timedelta(n), fine, settings) for n in range(0, 4000, 7)]
    return all(c is not None and _lies_in(c, coarse, settings) for c in found)


def step_by(function: str, by: Value) -> Duration | Months | Cells | str | None:
    """The length or unit that a time function is written with."""
    if function in {"prior", "trailing"}:
        if (
            not isinstance(by, Duration | Months | Cells)
            or (by.microseconds if isinstance(by, Duration) else by.count) <= 0
        ):
            raise Refused(f"{function}(m, d) needs a length of time")
        return by
    if function in {"to_date", "at_start"}:
        if by not in GRAINS:
            raise Refused(f"{function}(m, unit) needs minute, hour, day, week, month, quarter or year")
        return str(by)
    return None
