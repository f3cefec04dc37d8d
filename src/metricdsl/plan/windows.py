"""Windows worked out as far as a plan can: fixed periods are moved here, cells of keys by the engine."""

from datetime import date, datetime, timedelta

from attrs import evolve

from metricdsl.model.calendar import CLOCK, SECONDS
from metricdsl.model.period import Period, add_months, day_of, first_day, midnight
from metricdsl.model.request import Context as Setting
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window, begins, has_moved
from metricdsl.model.year_rule import MONTHS


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
                return FixedWindow(period=moved(inner.period, move, setting), origin=evolve(window, of=inner))
            if move.kind == "norm":
                return inner
            return evolve(window, of=inner)


def moved(period: Period, move: Move, setting: Setting) -> Period:
    """A fixed period moved. An empty one has no end after its start."""
    if period == NEVER:
        return NEVER
    start, end = bounds(period, setting)
    if move.kind != "opening" and start is not None and midnight(start) >= midnight(end):
        return NEVER  # a period without an end that begins after today
    match move.kind:
        case "prior":
            return _shifted(start, end, move)
        case "trailing":
            until = looked_back_from(start, end, setting)
            return Period(_back(until, move), until)
        case "to_date":
            return Period(first_day(end - timedelta(1), move.unit, setting.week_start), end)
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
    return start is not None and end is not None and midnight(start) >= midnight(end)


def holds_nothing(window: Window) -> bool:
    """Whether a window is a period with nothing in it: what is before one that begins nowhere, or lies in such a one."""
    match window:
        case FixedWindow(period=period):
            return period == NEVER
        case CellWindow(within=within):
            return holds_nothing(within)
        case MovedWindow(of=of, move=move):
            return holds_nothing(of) or (move.kind == "opening" and not begins(of))


def looked_back_from(start: date | None, end: date, setting: Setting) -> date:
    """The end that is looked back from: today's, in a period that contains today."""
    tomorrow = setting.today + timedelta(days=1)
    return min(end, tomorrow) if start is None or day_of(start) < tomorrow else end


def bounds(period: Period, setting: Setting) -> tuple[date | None, date]:
    """The period's ends as days: one without an end ends today."""
    end = setting.today + timedelta(days=1) if period.end is None else day_of(period.end)
    return (None if period.start is None else day_of(period.start)), end


def _shifted(start: date | None, end: date, move: Move) -> Period:
    """Back by days or weeks on both ends; by months as whole months where it consists of these, else first and last day."""
    if move.unit in SECONDS:
        away = _length(move)
        if move.unit in CLOCK:
            return Period(None if start is None else midnight(start) - away, midnight(end) - away)
        return Period(None if start is None else start - away, end - away)
    months = move.amount * MONTHS[move.unit]
    whole = (start is None or start.day == 1) and end.day == 1
    if whole:
        return Period(None if start is None else add_months(start, -months), add_months(end, -months))
    last = add_months(end - timedelta(1), -months) + timedelta(1)
    return Period(None if start is None else add_months(start, -months), last)


def _back(until: date, move: Move) -> date | datetime:
    if move.unit in MONTHS:
        return add_months(until, -move.amount * MONTHS[move.unit])
    return (midnight(until) if move.unit in CLOCK else until) - _length(move)


def _length(move: Move) -> timedelta:
    return timedelta(seconds=SECONDS[move.unit] * move.amount)


def moved_part(window: Window) -> Window:
    """The window without the plain cells on top: what rows are looked for in; their own cells follow from their time."""
    while isinstance(window, CellWindow) and has_moved(window.within):
        window = window.within
    return window


def unmoved(window: Window, kept: int, setting: Setting, end: int | None = None) -> Window:
    """The window without its moves, but for the first ones, which belong to the context around, and those from the `end` on."""
    chain: list[Window] = []
    here: Window = window
    while not isinstance(here, FixedWindow) or here.origin is not None:
        if isinstance(here, FixedWindow):
            assert here.origin is not None, "asked above"
            here = here.origin
        chain.append(here)
        here = here.within if isinstance(here, CellWindow) else here.of  # type: ignore[union-attr]
    made: Window = here
    moves = 0
    for part in reversed(chain):
        if isinstance(part, CellWindow):
            made = evolve(part, within=made)
        else:
            moves += 1
            if moves <= kept or (end is not None and moves > end):
                made = evolve(part, of=made)  # type: ignore[arg-type]
    return resolved(made, setting)


def cell_of(window: Window, first: int, end: int) -> Window | None:
    """The cell of the keys from `first` up to `end`, in the window around it."""
    here: Window = window
    found = None
    while not isinstance(here, FixedWindow):
        if isinstance(here, CellWindow) and first <= here.key < end and found is None:
            found = here
        here = here.within if isinstance(here, CellWindow) else here.of
    return found
