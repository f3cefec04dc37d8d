"""Which periods fit into which: cells within windows, and moves that give no period."""

from itertools import pairwise

from metricdsl.analysis.partial_periods import WHOLE_DAYS
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.times import GrainTooFine
from metricdsl.model.calendar import GRAINS, grain_name, nests, of_weeks, plain_grain
from metricdsl.model.formula import Aggregate
from metricdsl.model.period import Period, day_of, first_day
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window, grains_of
from metricdsl.model.year_rule import MONTHS, rule_of


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


def grain_kept(move: Move, window: Window) -> str | None:
    """The grain that a move must fit: of the cell; for `to_date` also of the one that other moves have made a range of."""
    grain = grain_of(window)
    if grain is None and move.kind == "to_date":
        return min(grains_of(window), key=GRAINS.index, default=None)
    return grain


def misfit(move: Move, grain: str | None) -> PeriodDoesNotFit | None:
    """Why a move has no meaning for cells of a grain."""
    if move.kind == "prior" and grain == "week" and move.unit in MONTHS:
        weeks = {"month": 4, "quarter": 13, "year": 52}[move.unit] * move.amount
        return PeriodDoesNotFit(
            text=f"a week moved by {move.amount} {move.unit}{'s' if move.amount > 1 else ''} is no week",
            why="It would begin on another weekday.",
            fix=f"move it by {weeks} weeks",
        )
    if move.kind in {"prior", "trailing"} and move.unit in MONTHS and grain is not None:
        wrong = _of_weeks(move, grain)
        if wrong is not None:
            return wrong
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


def mixed(move: Move, window: Window) -> PeriodDoesNotFit | None:
    """Why cells of several calendars are not moved together by months or years: each has its own."""
    grains = list(grains_of(window))
    if move.kind not in {"prior", "trailing"} or move.unit not in MONTHS or not any(map(of_weeks, grains)):
        return None
    other = next((grain for grain in grains if rule_of(grain) != rule_of(grains[0])), None)
    if other is None:
        return None
    one, unit = grain_name(grains[0]), f"{move.amount} {move.unit}{'s' if move.amount > 1 else ''}"
    return PeriodDoesNotFit(
        text=f"{unit} is not the same length for {one} and {grain_name(other)}",
        why="Each moves by the months and years of its own calendar, and then they no longer lie in one another.",
        fix=f"ask by {one} alone, or move by days or weeks",
    )


def cut(move: Move, window: Window) -> PeriodDoesNotFit | None:
    """Why cells that other cells cut have no first one: what is left of them is no cell."""
    if move.kind != "at_start":
        return None
    grains = sorted(grains_of(window), key=GRAINS.index)
    wrong = next(((one, other) for one, other in pairwise(grains) if not nests(one, other)), None)
    if wrong is None:
        return None
    one, other = map(grain_name, wrong)
    return PeriodDoesNotFit(
        text=f"a {other} cuts a {one} in two, so at_start(…, {grain_name(move.unit)}) has no first {one}",
        why=f"The first {one} would be a whole one, or the part of it that lies in the {other}.",
        fix=f"ask by {one} alone, or by grains that lie in one another",
    )


def cut_by(period: Period, aggregate: Aggregate, week_start: int) -> GrainTooFine | None:
    """Why a period has no meaning for an aggregate whose time is known by month, say: the period cuts a month in two."""
    grain = None if aggregate.time is None else aggregate.time.type.grain
    if grain not in WHOLE_DAYS:
        return None
    days = [day_of(bound) for bound in (period.start, period.end) if bound is not None]
    if all(first_day(day, grain, week_start) == day for day in days):
        return None
    name = aggregate.time_name
    text = f"{name} is known by {grain} only, and the period cuts a {grain} in two"
    return GrainTooFine(time=name, grain=grain, text=text, span=aggregate.span)


def _of_weeks(move: Move, grain: str) -> PeriodDoesNotFit | None:
    """Why cells of whole weeks are not moved by so much: years of weeks alone have no months, and weeks are counted in years."""
    rule, cell = rule_of(grain), grain_name(grain)
    if rule is None or not rule.weekday or move.unit == "year":
        return None
    if rule.weeks is not None and plain_grain(grain) != "week":
        return None
    calendar = cell.rpartition(".")[0]
    if rule.weeks is None:
        text = f"{cell} is not moved by a {move.unit}: the years of {calendar} are not divided into months"
        why = "It does not say how many weeks a month has."
        fix = f"move it by years, or add `quarter 4-4-5` to the calendar {calendar}"
    else:
        text = f"a {cell} moved by {move.amount} {move.unit}{'s' if move.amount > 1 else ''} may be no week"
        why = "Some months have four weeks and some five."
        fix = f"move it by weeks, or by years: the week with the same number in its {calendar}.year"
    return PeriodDoesNotFit(text=text, why=why, fix=fix)
