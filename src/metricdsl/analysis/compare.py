"""`compare prior year`, `compare 2025`, `compare baseline`: behind each column its value in another period, and its change."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.context_functions import LONGEST, change_from, growth_of
from metricdsl.analysis.periods import Wrong, during
from metricdsl.analysis.world import Result, Work
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.model.calendar import GRAINS
from metricdsl.model.formula import Constant, Expression, GoalOf, Moved, Named
from metricdsl.model.period import Period
from metricdsl.model.request import Context
from metricdsl.model.unit import SHARE
from metricdsl.model.window import Move
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.value import frozen

GOAL, BASELINE = "goal", "baseline"


@frozen
class Comparison:
    """With what columns are compared: how far the period moves (None: with the goal or the baseline), and what it is called."""

    move: Move | None
    name: str
    span: Span


def comparisons(
    work: Work, query: nodes.Query, period: Period, context: Context
) -> tuple[Comparison, ...] | None:
    """What `compare` asks for; None with a problem."""
    found: list[Comparison] = []
    fine = True
    for item in query.compare:
        one = _comparison(work, item, query, period, context)
        fine = fine and one is not None
        if one is not None:
            found.append(one)
    return tuple(found) if fine else None


def _comparison(
    work: Work, item: nodes.CompareItem, query: nodes.Query, period: Period, context: Context
) -> Comparison | None:
    value = item.value
    if item.kind == "prior":
        if isinstance(value, nodes.DurationLiteral):
            amount, unit = value.amount, value.unit
            written = f"{value.amount} {unit}{'s' if value.amount != 1 else ''}"
        else:
            amount, unit = Decimal(1), str(value)
            written = unit
        if unit in GRAINS and amount == int(amount) and 0 < amount <= LONGEST[unit]:
            return Comparison(
                Move(kind="prior", amount=int(amount), unit=unit), f"prior {written}", item.span
            )
        text = "a comparison goes back by whole minutes, hours, days, weeks, months, quarters or years"
        work.report(WrongArguments(text=text, fix="write compare prior year", span=item.span))
        return None
    if item.kind == "period" and not isinstance(value, str):
        return _with_period(work, value, query, period, context)
    if value in {GOAL, BASELINE}:
        return Comparison(None, str(value), item.span)
    text = "compare takes `prior` and a length of time, a period before, `baseline` or `goal`"
    work.report(WrongArguments(text=text, fix="write compare prior year, goal", span=item.span))
    return None


def _with_period(
    work: Work, value: nodes.Expr, query: nodes.Query, period: Period, context: Context
) -> Comparison | None:
    """A period of the same length, at its distance from that of the question."""
    other = during(nodes.During(start=value, span=value.span), context)
    if isinstance(other, Wrong):
        work.report(other.problem)
        return None
    move = distance(period, other)
    if move is None:
        text = "it is compared with a period before, of the same length as that of the question"
        fix = (
            "ask `during` such a period"
            if query.during is None
            else "name a period as long as that of `during`"
        )
        work.report(ImpossiblePeriod(text=text, fix=fix, span=value.span))
        return None
    name = query_text(value)
    return Comparison(move, name, value.span)


def query_text(value: nodes.Expr) -> str:
    """A period as it is written: 2025, 2025-Q1."""
    match value:
        case nodes.PeriodLiteral(grain=grain, year=year, ordinal=ordinal):
            mark = {"quarter": f"Q{ordinal}", "week": f"W{ordinal:02}"}.get(grain, f"{ordinal:02}")
            return f"{year}-{mark}"
        case nodes.Number(value=number):
            return str(number)
        case _:
            return "before"


def distance(period: Period, other: Period) -> Move | None:
    """How far back another period lies, in months where both are whole months, else in days."""
    bounds = (period.start, period.end, other.start, other.end)
    if any(bound is None for bound in bounds):
        return None
    start, end, first, last = bounds
    assert start is not None, "none is missing"
    assert end is not None, "none is missing"
    assert first is not None, "none is missing"
    assert last is not None, "none is missing"
    if all(bound is not None and bound.day == 1 for bound in bounds):
        months = _months(start) - _months(first)
        if months > 0 and _months(end) - _months(last) == months:
            return Move(kind="prior", amount=months, unit="month")
        return None
    days = (start - first).days
    return Move(kind="prior", amount=days, unit="day") if days > 0 and (end - last).days == days else None


def _months(day: date) -> int:
    return day.year * 12 + day.month


def compared(
    work: Work,
    name: str,
    formula: Expression,
    asked: Sequence[Comparison],
    baseline: Callable[[], Expression | None],
) -> list[tuple[str, Result]]:
    """The columns behind a column: for each comparison its value there and its change; of a share, in points."""
    found: list[tuple[str, Result]] = []
    changes = [one for one in asked if one.name != GOAL]
    for one in asked:
        if one.name == GOAL:
            found.append((f"{name} {one.name}", _goal_of(formula, one.span)))
            continue
        change = f"{name} change" if one is changes[0] else f"{name} change, {one.name}"
        nothing = Constant(type=evolve(formula.type, nullable=True), value=None, span=one.span)
        if one.move is None:
            other = baseline()
            found.append((f"{name} {one.name}", other or nothing))
            found.append((change, nothing if other is None else change_from(work, formula, other, one.span)))
            continue
        before = Moved(type=evolve(formula.type, nullable=True), span=one.span, body=formula, move=one.move)
        found.append((f"{name} {one.name}", before))
        if formula.type.unit == SHARE:
            found.append((change, call(work, "subtract", (formula, before), one.span)))
        else:
            found.append((change, growth_of(work, formula, one.move, one.span, one.span)))
    return found


def _goal_of(formula: Expression, span: Span) -> Expression:
    """The goal of a column; nothing where it is not a metric by its name, for which alone goals are set."""
    type_ = evolve(formula.type, nullable=True)
    if isinstance(formula, Named):
        return GoalOf(type=type_, span=span, body=formula)
    return Constant(type=type_, value=None, span=span)
