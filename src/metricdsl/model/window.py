"""The period that an aggregate is evaluated in: fixed, the cell of a key, or one of these moved."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import evolve, field

from metricdsl.model.calendar import CLOCK, GRAINS
from metricdsl.model.period import Period
from metricdsl.value import HashedOnce, frozen


@frozen(kw_only=True)
class Move(HashedOnce):
    """How a time function changes a period.

    `kind` is "prior" (back by `amount` units), "trailing" (the last `amount` units up to its last day), "to_date" (from the start
    of the `unit` of its last day), "at_start" (the first cell of the `unit`), "running" (from the first row ever), "opening"
    (all that is before), or "norm" (all time ends today, and nothing else changes). `parameter` is the one that says how far.
    """

    kind: str
    amount: int = 0
    unit: str = ""
    parameter: str = field(default="", eq=False, repr=False)


@frozen(kw_only=True)
class FixedWindow(HashedOnce):
    """The same period for all groups: that of the query, perhaps moved; `origin` is the window that it then comes of."""

    period: Period
    origin: "Window | None" = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class CellWindow(HashedOnce):
    """The cell of a `grain` that stands in key number `key` of the frame, cut to the window around it."""

    key: int
    grain: str
    within: "Window"


@frozen(kw_only=True)
class MovedWindow(HashedOnce):
    """A window moved."""

    of: "Window"
    move: Move


Window: TypeAlias = FixedWindow | CellWindow | MovedWindow


def in_cells(keys: Iterable[tuple[int, str]], around: Window) -> Window:
    """The window that the cells of keys (number, grain) have in common. The shortest is the innermost: in what order they were
    asked for makes no difference.
    """
    for key, grain in sorted(keys, key=lambda one: -GRAINS.index(one[1])):
        around = CellWindow(key=key, grain=grain, within=around)
    return around


def has_moved(window: Window) -> bool:
    """Whether some part of a window is moved."""
    match window:
        case FixedWindow():
            return False
        case CellWindow(within=within):
            return has_moved(within)
        case MovedWindow():
            return True


def grains_of(window: Window) -> Iterator[str]:
    """The grains of all cells that a window is made of, the innermost first."""
    while not isinstance(window, FixedWindow):
        if isinstance(window, CellWindow):
            yield window.grain
            window = window.within
        else:
            window = window.of


def cell_keys(window: Window) -> tuple[int, ...]:
    """The keys whose cells a window is made of, outermost first."""
    match window:
        case FixedWindow():
            return ()
        case CellWindow(key=key, within=within):
            return (*cell_keys(within), key)
        case MovedWindow(of=of):
            return cell_keys(of)


def renumbered(window: Window, places: Mapping[int, int]) -> Window:
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


def begins(window: Window) -> bool:
    """Whether a window begins anywhere; else it holds all that was before its end."""
    match window:
        case FixedWindow(period=period):
            return period.start is not None
        case CellWindow():
            return True
        case MovedWindow(of=of, move=move):
            return move.kind not in {"running", "opening"} and (
                move.kind in {"trailing", "to_date"} or begins(of)
            )


def opens_nothing(window: Window) -> bool:
    """Whether a window is what is before a period that begins nowhere, or lies in such a one."""
    match window:
        case FixedWindow():
            return False
        case CellWindow(within=within):
            return opens_nothing(within)
        case MovedWindow(of=of, move=move):
            return opens_nothing(of) or (move.kind == "opening" and not begins(of))


def has_clock(window: Window) -> bool:
    """Whether something in a window is shorter than a day."""
    match window:
        case FixedWindow(period=period):
            return any(isinstance(bound, datetime) for bound in (period.start, period.end))
        case CellWindow(grain=grain, within=within):
            return grain in CLOCK or has_clock(within)
        case MovedWindow(of=of, move=move):
            return move.unit in CLOCK or has_clock(of)


def without(window: Window, key: int) -> Window:
    """The window without the cell of a key."""
    match window:
        case FixedWindow():
            return window
        case CellWindow(key=own, within=within):
            return within if own == key else evolve(window, within=without(within, key))
        case MovedWindow(of=of):
            return evolve(window, of=without(of, key))
