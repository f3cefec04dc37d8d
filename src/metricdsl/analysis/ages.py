"""Ages: `age(x, grain)`, how many boundaries of the grain lie between a date and the aggregate's own time."""

from collections.abc import Callable

from attrs import evolve

from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.calls import call
from metricdsl.analysis.defines import argument_of
from metricdsl.analysis.literals import constant
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.model.formula import Constant, Expression, GroupingRef
from metricdsl.model.types import DATE, NULL
from metricdsl.syntax import nodes
from metricdsl.value import frozen

ReadRow = Callable[[Work, nodes.Expr, Place, RowPlace], Result]
"""Reads a formula of rows."""


@frozen(eq=False)
class Age:
    """An age as written: of what, in which grain."""

    date: nodes.Expr
    grain: str
    place: Place
    span: nodes.Node


def age_of(work: Work, node: nodes.Call, place: Place) -> Age | None:
    """What `age(x, grain)` says; None with a problem."""
    given = node.arguments
    grain: nodes.Expr | None = given[1].value if len(given) == 2 else None
    while isinstance(grain, nodes.Name) and (bound := argument_of(grain, place)) is not None:
        grain = bound.value
    plain = len(given) == 2 and not any(a.name or a.distinct for a in given)
    if not plain or (named := bare_grain(grain)) is None:
        text = "age takes a date and a grain"
        fix = "write age(customer.first_order_at, month)"
        work.report(WrongArguments(text=text, fix=fix, span=node.span))
        return None
    return Age(given[0].value, named, place, node)


def age(work: Work, node: nodes.Call, place: Place, rows: RowPlace, row: ReadRow) -> Result:
    """The age of a row: boundaries from its date, which `row` reads, to the aggregate's own time."""
    found = age_of(work, node, place)
    if found is None:
        return None
    if rows.time is None:
        work.report(
            PeriodDoesNotFit(
                text="age counts up to the own time of what is aggregated, and there is none here",
                why="Up to today it would be another number every day.",
                fix="group by it, or say when: `at …` behind the aggregate",
                span=node.span,
            )
        )
        return None
    start = row(work, found.date, place, rows)
    if start is None:
        return None
    own = ordinal(work, rows.time, found.grain, node)
    since = ordinal(work, start, found.grain, node)
    return None if own is None or since is None else call(work, "subtract", (own, since), node.span)


def ordinal(work: Work, time: Expression, grain: str, node: nodes.Node) -> Result:
    """The number of the cell that a time lies in."""
    named = constant(nodes.Text(value=grain, span=node.span))
    return call(work, "ordinal", (time, named), node.span)


def observed(
    work: Work, value: Expression, cohort: GroupingRef, age_: GroupingRef, grain: str, node: nodes.Node
) -> Result:
    """The value, null where the cohort is of that age only after today."""
    first = ordinal(work, evolve(cohort, type=evolve(cohort.type, grain=None)), grain, node)
    today = Constant(type=DATE, value=work.today, span=node.span)
    named = constant(nodes.Text(value=grain, span=node.span))
    now = call(work, "last_begun", (today, named), node.span)
    if first is None or now is None:
        return None
    then = call(work, "add", (first, age_), node.span)
    later = None if then is None else call(work, "greater", (then, now), node.span)
    if later is None:
        return None
    nothing = Constant(type=NULL, value=None, span=node.span)
    return call(work, "if", (later, nothing, value), node.span)
