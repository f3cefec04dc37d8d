"""`period.start`, `period.end`, `period.length`: the period of the context, in a formula."""

from collections.abc import Callable, Iterable

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.changes import Change, Drop, Level
from metricdsl.analysis.fitting import grain_of
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.formulas import NotInThisVersion
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.model.calendar import GRAINS, of_weeks
from metricdsl.model.formula import (
    BOUNDS,
    Call,
    Detached,
    Expression,
    Members,
    Moved,
    Named,
    Over,
    PeriodBound,
    WithEmpty,
)
from metricdsl.model.parts import below, with_below
from metricdsl.model.period import Period
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, DURATION, TIMESTAMP
from metricdsl.model.window import (
    CellWindow,
    FixedWindow,
    Move,
    MovedWindow,
    Window,
    has_clock,
    in_cells,
    without,
)
from metricdsl.model.year_rule import MONTHS
from metricdsl.syntax import nodes
from metricdsl.value import frozen


def is_period_word(work: Work, node: nodes.Name, place: Place) -> bool:
    """Whether a name speaks of the period, and of nothing of the project."""
    return (
        node.parts[0] == "period"
        and len(node.parts) == 2
        and work.world.directory.lookup(place.scope, node.parts) is None
    )


def period_bound(work: Work, node: nodes.Name) -> Result:
    """What such a name is."""
    which = node.parts[1]
    if which not in BOUNDS:
        close = tuple(f"period.{one}" for one in near(which, BOUNDS) or BOUNDS)
        work.report(UnknownName(name=which, where="in period", near=close, span=node.span))
        return None
    return PeriodBound(type=DURATION if which == "length" else DATE, span=node.span, which=which)


def on_the_clock(bound: PeriodBound) -> PeriodBound:
    """The bound with the type that its period gives it: of hours and minutes a moment, else a day."""
    if bound.which == "length" or bound.window is None or not has_clock(bound.window):
        return bound
    return evolve(bound, type=TIMESTAMP)


def retyped(work: Work, expression: Expression, parts: tuple[Expression, ...]) -> Result:
    """The expression made of other parts, typed again where a day among them has become a moment."""
    if all(new.type == old.type for new, old in zip(parts, below(expression), strict=True)):
        return with_below(expression, parts)
    match expression:
        case Call(function=function) if function not in work.world.registry.result_functions:
            assert expression.span is not None, "a call is written somewhere"
            return call(work, expression.function, parts, expression.span)
        case Named() | WithEmpty() | Moved() | Detached():
            made = with_below(expression, parts)
            return evolve(made, type=evolve(made.type, kind=parts[0].type.kind))
        case Members() if expression.type.kind is expression.body.type.kind:
            made = with_below(expression, parts)
            return evolve(made, type=evolve(made.type, kind=parts[0].type.kind))
        case _:
            return with_below(expression, parts)


def refuse_two_readings(work: Work, bound: PeriodBound, written: str) -> None:
    """Report that a period is written as a dimension, so that a bare `period` could be that one or the one around."""
    grain = written.rpartition(".")[2]
    work.report(
        PeriodDoesNotFit(
            text=f"period.{bound.which} could be two periods here, since {written} is a dimension",
            why=f"It may be the {grain} of {written}, or the period that is asked for besides.",
            fix=f"take the period itself, `{grain}`",
            span=bound.span,
        )
    )


@frozen
class Around:
    """The question that a formula speaks of its period in. `nests` and `moves` tell what has a meaning there, or report it."""

    work: Work
    keys: tuple[str | None, ...]  # the grains of its periods, None of other groupings
    period: Period
    nests: Callable[[str, Window], bool]
    moves: Callable[[Move, Window], bool]


def placed_bound(around: Around, bound: PeriodBound, changes: tuple[Change, ...]) -> PeriodBound | None:
    """An end of the period, with the period that a question and the changes on the way down make; None with a problem."""
    keys = list(around.keys)
    periods = [(index, grain) for index, grain in enumerate(keys) if grain is not None]
    window = in_cells(periods, FixedWindow(period=around.period))
    for change in changes:
        match change:
            case Move():
                if not around.moves(change, window) or not _by_the_clock(around.work, bound, change, window):
                    return None
                window = MovedWindow(of=window, move=change)
            case Level(keys=members):
                for member in members:
                    if member.grain is not None and member.name not in GRAINS:
                        refuse_two_readings(around.work, bound, member.name)
                        return None
                    if member.name in GRAINS:
                        if not around.nests(member.name, window):
                            return None
                        window = CellWindow(key=len(keys), grain=member.name, within=window)
                    keys.append(member.name if member.name in GRAINS else None)
            case Drop(over=Over(during=Period() as fixed)):
                keys = [None] * len(keys)
                window = FixedWindow(period=fixed)
            case Drop(over=Over(grain=str() as dropped)):
                for index, grain in enumerate(keys):
                    if grain == dropped:
                        keys[index] = None
                        window = without(window, index)
            case Drop():
                pass
    return on_the_clock(evolve(bound, window=window))


def bare_periods(keys: Iterable[str | None], changes: tuple[Change, ...]) -> set[int]:
    """The places of the keys that are periods for whatever stands in the question, after the changes on the way down."""
    grains = list(keys)
    for change in changes:
        match change:
            case Level(keys=members):
                grains += [member.grain for member in members]
            case Drop(over=Over(during=Period())):
                grains = [None] * len(grains)
            case Drop(over=Over(grain=str() as dropped)):
                grains = [None if grain == dropped else grain for grain in grains]
            case _:
                pass
    return {index for index, grain in enumerate(grains) if grain is not None}


def _by_the_clock(work: Work, bound: PeriodBound, move: Move, window: Window) -> bool:
    if table_of(move.unit) is not None and move.kind in {"prior", "trailing"}:
        word = "the end of a period moved by those of a table"
        work.report(NotInThisVersion(word=word, span=bound.span))
        return False
    grain = grain_of(window)
    if grain is not None and of_weeks(grain) and move.unit in MONTHS:
        word = "the end of a moved period of a calendar of whole weeks"
        work.report(NotInThisVersion(word=word, span=bound.span))
        return False
    return True
