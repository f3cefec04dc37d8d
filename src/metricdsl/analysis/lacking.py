"""What a question lacks for a function of context to say anything: groups by what a share is of, a period to move."""

from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.context_hints import NotGrouped, NothingToMove
from metricdsl.model.calendar import grain_name
from metricdsl.model.formula import Aggregate, ColumnRef, Detached, Expression, Moved, Over, Ranked
from metricdsl.model.parts import every
from metricdsl.model.window import FixedWindow, Move, MovedWindow


def tell_not_ranked(work: Work, placed: Ranked) -> None:
    """Warn of a rank among groups that do not differ in what it is over."""
    if not placed.among:
        _tell(work, NotGrouped(over=_name(placed.over), rank=True, span=placed.span))


def tell_not_detached(work: Work, placed: Detached) -> None:
    """Warn of a total or share over what nothing is grouped by: with all coordinates it is the same."""
    over = placed.over
    if over is None or over.age is not None or over.during is not None or placed.whole is None:
        return
    one, other = (
        [part.keys for part in every(formula) if isinstance(part, Aggregate)]
        for formula in (placed.body, placed.whole)
    )
    if one == other:
        _tell(work, NotGrouped(over=_name(over), span=placed.span))


def tell_not_moved(work: Work, placed: Expression, moved: Moved) -> None:
    """Hint at a period before where there is none: all time, moved."""
    if moved.move.kind != "prior":
        return
    for part in every(placed):
        if isinstance(part, Aggregate) and _all_time(part, moved.move):
            unit = moved.move.unit if moved.move.amount == 1 else f"{moved.move.unit}s"
            _tell(work, NothingToMove(distance=f"{moved.move.amount} {unit}", span=moved.span))
            return


def _all_time(aggregate: Aggregate, move: Move) -> bool:
    window = aggregate.window
    return (
        isinstance(window, MovedWindow)
        and window.move == move
        and isinstance(window.of, FixedWindow)
        and window.of.period.start is None
        and window.of.period.end is None
    )


def _tell(work: Work, problem: Problem) -> None:
    """Report once what is found for each part of a formula, and for what is compared."""
    if all((one.code, one.span) != (problem.code, problem.span) for one in work.problems):
        work.report(problem)


def _name(over: Over) -> str:
    """What is written behind `over:`, in a word."""
    if over.grain is not None:
        return grain_name(over.grain)
    if over.entity is not None:
        return over.entity.rpartition(".")[2]
    for _, time, grain in over.periods:
        if isinstance(time, ColumnRef):
            return ".".join([*time.path[-1:], time.column, grain_name(grain)])
    for found in over.found:
        for part in found.parts:
            if isinstance(part, ColumnRef):
                return ".".join([*part.path[-1:], part.column])
    return over.written or "it"
