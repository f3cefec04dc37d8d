"""What a question lacks for a function of context to say anything: groups by what a share is of, a period to move."""

from collections.abc import Sequence

from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.context_hints import NotGrouped, NothingDropped, NothingToMove
from metricdsl.model.calendar import grain_name
from metricdsl.model.formula import (
    Aggregate,
    ColumnRef,
    Detached,
    Expression,
    KeyPart,
    Moved,
    Over,
    PeriodKey,
    Ranked,
)
from metricdsl.model.parts import every
from metricdsl.model.window import FixedWindow, Move, MovedWindow


def tell_not_ranked(work: Work, placed: Ranked) -> None:
    """Warn of a rank among groups that do not differ in what it is over."""
    if not placed.among:
        _tell(work, NotGrouped(over=_name(placed.over), rank=True, span=placed.span))


def tell_not_detached(work: Work, placed: Detached) -> None:
    """Tell of a total or share that drops nothing: over what nothing is grouped by, or of all where groups are periods."""
    over = placed.over
    if placed.whole is None or (
        over is not None and (over.age is not None or over.during is not None or over.member)
    ):
        return
    one, other = (
        [part.keys for part in every(formula) if isinstance(part, Aggregate)]
        for formula in (placed.body, placed.whole)
    )
    if one != other:
        return
    if over is not None:
        _tell(work, NotGrouped(over=_name(over), span=placed.span))
    elif (grain := _period_alone(one)) is not None:
        _tell(work, NothingDropped(grain=grain, span=placed.span))


def _period_alone(keys: Sequence[tuple[KeyPart, ...]]) -> str | None:
    """The last grain of groups that are periods alone, which a total keeps; nothing where there are others, or none."""
    flat = [key for of_one in keys for key in of_one]
    grains = [grain_name(key.grain) for key in flat if isinstance(key, PeriodKey)]
    return grains[-1] if grains and len(grains) == len(flat) else None


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
