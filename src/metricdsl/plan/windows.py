"""Windows worked out as far as a plan can: fixed periods are moved here, cells of keys by the engine."""

from datetime import date, datetime, time, timedelta

from attrs import evolve

from metricdsl.model.period import Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window

MONTHS = {"month": 1, "quarter": 3, "year": 12}
CLOCK = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(1),
    "week": timedelta(7),
}


def resolved(window: Window, setting: Setting) -> Window:
    """The window, its fixed periods moved; a cell that is only made to end today is that cell."""
    match window:
        case FixedWindow():
            return window
        case CellWindow(within=within):
            return evolve(window, within=resolved(within, setting))
        case MovedWindow(of=of, move=move):
            inner = resolved(of, setting)
            if isinstance(inner, FixedWindow):
                return FixedWindow(period=moved(inner.period, move, setting))
            if move.kind == "norm":
                return inner
            return evolve(window, of=inner)


def moved(period: Period, move: Move, setting: Setting) -> Period:
    """A fixed period moved. An empty one has no end after its start."""
    start, end = bounds(period, setting)
    match move.kind:
        case "prior":
            return _shifted(start, end, move)
        case "trailing":
            until = looked_back_from(start, end, setting)
            return Period(_back(until, move), until)
        case "to_date":
            return Period(_cell(end - timedelta(1), move.unit, setting), end)
        case "running":
            return Period(None, end)
        case "opening":
            return Period(None, start) if start is not None else NEVER
        case _:
            return Period(start, end)


NEVER = Period(date(1, 1, 1), date(1, 1, 1))
"""A period with nothing in it."""


def never(period: Period) -> bool:
    """Whether nothing can lie in a period."""
    start, end = period.start, period.end
    return start is not None and end is not None and _moment(start) >= _moment(end)


def looked_back_from(start: date | None, end: date, setting: Setting) -> date:
    """The end that is looked back from: today's, in a period that contains today."""
    tomorrow = setting.today + timedelta(days=1)
    return min(end, tomorrow) if start is None or _day(start) < tomorrow else end


def bounds(period: Period, setting: Setting) -> tuple[date | None, date]:
    """The period's ends as days: one without an end ends today."""
    end = setting.today + timedelta(days=1) if period.end is None else _day(period.end)
    return (None if period.start is None else _day(period.start)), end


def _shifted(start: date | None, end: date, move: Move) -> Period:
    """Back by days or weeks on both ends; by months as whole months where it consists of these, else first and last day."""
    if move.unit in CLOCK:
        if move.unit in {"minute", "hour"}:
            away = CLOCK[move.unit] * move.amount
            return Period(None if start is None else _moment(start) - away, _moment(end) - away)
        days = CLOCK[move.unit] * move.amount
        return Period(None if start is None else start - days, end - days)
    months = move.amount * MONTHS[move.unit]
    whole = (start is None or start.day == 1) and end.day == 1
    if whole:
        return Period(None if start is None else add_months(start, -months), add_months(end, -months))
    last = add_months(end - timedelta(1), -months) + timedelta(1)
    return Period(None if start is None else add_months(start, -months), last)


def _back(until: date, move: Move) -> date | datetime:
    if move.unit in MONTHS:
        return add_months(until, -move.amount * MONTHS[move.unit])
    away = CLOCK[move.unit] * move.amount
    return until - away if move.unit in {"day", "week"} else _moment(until) - away


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of the month where there is no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(1)).day))


def _cell(day: date, grain: str, setting: Setting) -> date:
    match grain:
        case "week":
            return day - timedelta((day.isoweekday() - setting.week_start) % 7)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def has_moved(window: Window) -> bool:
    """Whether some part of a window is moved."""
    match window:
        case FixedWindow():
            return False
        case CellWindow(within=within):
            return has_moved(within)
        case MovedWindow():
            return True


def cell_keys(window: Window) -> tuple[int, ...]:
    """The keys whose cells a window is made of, outermost first."""
    match window:
        case FixedWindow():
            return ()
        case CellWindow(key=key, within=within):
            return (*cell_keys(within), key)
        case MovedWindow(of=of):
            return cell_keys(of)


def moved_part(window: Window) -> Window:
    """The window without the plain cells on top: what rows are looked for in; their own cells follow from their time."""
    while isinstance(window, CellWindow) and has_moved(window.within):
        window = window.within
    return window


def unmoved(window: Window, kept: int) -> Window:
    """The window without its moves, but for the first ones, which belong to the context around."""
    chain: list[Window] = []
    here: Window = window
    while not isinstance(here, FixedWindow):
        chain.append(here)
        here = here.within if isinstance(here, CellWindow) else here.of
    made: Window = here
    moves = 0
    for part in reversed(chain):
        if isinstance(part, CellWindow):
            made = evolve(part, within=made)
        else:
            moves += 1
            if moves <= kept:
                made = evolve(part, of=made)  # type: ignore[arg-type]
    return made


def renumbered(window: Window, places: dict[int, int]) -> Window:
    """The window with its keys at other places."""
    match window:
        case FixedWindow():
            return window
        case CellWindow(key=key, within=within):
            return evolve(window, key=places[key], within=renumbered(within, places))
        case MovedWindow(of=of):
            return evolve(window, of=renumbered(of, places))


def fixed(window: Window) -> Period:
    """The fixed period at the bottom of a window."""
    while not isinstance(window, FixedWindow):
        window = window.within if isinstance(window, CellWindow) else window.of
    return window.period


def cell_of(window: Window, first: int) -> Window | None:
    """The cell of the keys from `first` on, in the window around it."""
    here: Window = window
    found = None
    while not isinstance(here, FixedWindow):
        if isinstance(here, CellWindow) and here.key >= first and found is None:
            found = here
        here = here.within if isinstance(here, CellWindow) else here.of
    return found
