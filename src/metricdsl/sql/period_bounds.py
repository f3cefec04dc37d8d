"""The ends of the period of a group as SQL, made of its keys.

    by month during 2026-01-10 to 2026-12-31:   greatest(month, 2026-01-10), month + 1 month

A period without such an end has null there, and so has the null period.
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.calendar import CLOCK, nests
from metricdsl.model.formula import PeriodBound
from metricdsl.model.period import Period, may_cut, midnight
from metricdsl.model.types import DATE, DURATION, TIMESTAMP
from metricdsl.model.window import CellWindow, FixedWindow, MovedWindow, Window, cell_keys, has_clock
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.following import following
from metricdsl.sql.moves import Moves, Sql

Ends = tuple[Sql | None, Sql | None]


def period_bound(leaf: PeriodBound, keys: Sequence[Sql], emit: Emitter) -> exp.Expression:
    """The start, the end or the length of the period of a group with these keys."""
    window = leaf.window
    assert window is not None, "a formula of a question knows its period"
    kind = TIMESTAMP if has_clock(window) else DATE
    start, end = _ends(window, keys, Moves(emit, emit.today, kind))
    found: exp.Expression | None = None
    if leaf.which == "start" and start is not None:
        found = start()
    elif leaf.which == "end" and end is not None:
        found = end()
    elif leaf.which == "length" and start is not None and end is not None:
        since, until = Operand(sql=start(), type=kind), Operand(sql=end(), type=kind)
        found = emit.call("subtract", until, since, result=DURATION).sql
    if found is None:
        return emit.null(leaf.type)
    missing = trees.any_of([trees.is_null(keys[index]()) for index in dict.fromkeys(cell_keys(window))])
    return found if missing is None else trees.case([(missing, emit.null(leaf.type))], found)


def _ends(window: Window, keys: Sequence[Sql], moves: Moves) -> Ends:
    """The ends of a window, None where it has none."""
    match window:
        case FixedWindow(period=period):
            return _fixed(period, moves)
        case MovedWindow(of=of):
            begin, until = _ends(of, keys, moves)
            if until is None:  # nothing lies in it
                return None, None
            start, end = moves.moved(window, begin, until)
            began = (
                None if isinstance(start, exp.Null) or window.move.kind in {"running", "opening"} else start
            )
            return (None if began is None else began.copy), end.copy
        case CellWindow():
            return _cell(window, keys, moves)


def _fixed(period: Period, moves: Moves) -> Ends:
    start, end = period.start, period.end
    if start is not None and end is not None and midnight(start) >= midnight(end):
        return None, None  # nothing lies in it, and so it has no ends
    return (
        None if start is None else lambda: moves.constant(start),
        None if end is None else lambda: moves.constant(end),
    )


def _cell(window: CellWindow, keys: Sequence[Sql], moves: Moves) -> Ends:
    """The cell of a key, cut to what is around it as far as that may cut it."""
    grain, around = window.grain, window.within
    while isinstance(around, CellWindow) and nests(grain, around.grain):
        around = around.within
    week_start = moves.emit.week_start
    begin, until = (None, None) if _fits(grain, around, week_start) else _ends(around, keys, moves)
    kind = TIMESTAMP if grain in CLOCK else DATE

    def first() -> exp.Expression:
        return keys[window.key]()

    def last() -> exp.Expression:
        return following(moves.emit, Operand(sql=first(), type=kind), grain)

    def since() -> exp.Expression:
        return first() if begin is None else moves.greatest(first, begin)

    def end() -> exp.Expression:
        return last() if until is None else moves.least(last, until)

    return since, end


def _fits(grain: str, around: Window, week_start: int) -> bool:
    """Whether a fixed period cuts no cell of a grain."""
    if not isinstance(around, FixedWindow):
        return False
    bounds = (around.period.start, around.period.end)
    return not any(bound is not None and may_cut(bound, grain, week_start) for bound in bounds)
