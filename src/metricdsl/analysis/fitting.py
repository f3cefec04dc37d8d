"""Which periods fit into which: cells within windows, and moves that give no period."""

from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.model.calendar import GRAINS, MONTHS, grain_name, nests
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window


def grain_of(window: Window) -> str | None:
    """The grain of the cell that a window is made of, the innermost."""
    match window:
        case FixedWindow():
            return None
        case CellWindow(grain=grain, within=within):
            outer = grain_of(within)
            return grain if outer is None or GRAINS.index(grain) <= GRAINS.index(outer) else outer
        case MovedWindow(of=of, move=move):
            return grain_of(of) if move.kind in {"prior", "norm", "at_start"} else None


def misfit(move: Move, grain: str | None) -> PeriodDoesNotFit | None:
    """Why a move has no meaning for cells of a grain."""
    if move.kind == "prior" and grain == "week" and move.unit in MONTHS:
        weeks = {"month": 4, "quarter": 13, "year": 52}[move.unit] * move.amount
        return PeriodDoesNotFit(
            text=f"a week moved by {move.amount} {move.unit}{'s' if move.amount > 1 else ''} is no week",
            why="It would begin on another weekday.",
            fix=f"move it by {weeks} weeks",
        )
    unit, cell = grain_name(move.unit), grain_name(grain or "")
    if move.kind == "to_date" and grain is not None and not nests(grain, move.unit):
        return PeriodDoesNotFit(
            text=f"a {cell} does not lie within one {unit}, so to_date(…, {unit}) has no start for it",
            why=f"A {cell} may hold the start of more than one {unit}.",
            fix=f"ask by a grain that lies within a {unit}",
        )
    if move.kind == "at_start":
        if grain is None:
            return PeriodDoesNotFit(
                text="at_start needs a period to start in: the question has none",
                why="Without cells there is no first one.",
                fix="ask for it by a grain, as in `by day`",
            )
        if not nests(grain, move.unit):
            return PeriodDoesNotFit(
                text=f"a {cell} does not lie within one {unit}, so at_start(…, {unit}) has no first {cell}",
                why=f"The first {cell} of a {unit} may begin before it.",
                fix=f"ask by a grain that lies within a {unit}",
            )
    return None
