"""Different values in windows of so many days: each value comes when it is seen, and goes when that is over.

Aggregate count(distinct order.customer) by day     →   Aggregate count(distinct order.customer) by day
  Windows trailing 28 days of day                         Seen order.customer for 28 days from ordered_on
    Scan order                                              Scan order

A value that is seen on many days is not looked for in each of 28 windows. Only for windows of whole days of one length, in
which nothing but different values of one thing is counted.
"""

from attrs import evolve

from metricdsl.model.window import FixedWindow, MovedWindow, Window, has_clock, has_moved
from metricdsl.plan.nodes import Aggregate, Plan, Seen, Windows
from metricdsl.plan.rewrites.combined import replace_branches
from metricdsl.plan.rewrites.days_first import without_windows
from metricdsl.plan.walk import has
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

DAYS = {"day": 1, "week": 7}


def seen_days(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with a step of days on which values are seen below each Aggregate that counts them in windows."""
    del registry, dialect
    if not has(plan, Windows):
        return plan

    def change(step: Aggregate, counts: bool) -> tuple[Aggregate, ...]:
        del counts
        return (_by_deltas(step),)

    return replace_branches(plan, change)


def _by_deltas(step: Aggregate) -> Aggregate:
    context = step.context
    stretched = context.open is not None or context.spread is not None or context.stock is not None
    if stretched or context.window is None or context.time is None or step.present is not None:
        return step
    days = _length(context.window)
    formulas = [measure.formula for measure in step.measures if measure.formula is not None]
    if not days or len(formulas) != 1 or any(measure.condition is not None for measure in step.measures):
        return step
    (counted,) = formulas
    if counted.function != "count_distinct" or len(counted.arguments) != 1:
        return step
    rows = without_windows(step.source)
    if rows is None:
        return step
    source = Seen(source=rows, value=counted.arguments[0], time=context.time, days=days)
    return evolve(step, source=source)


def _length(window: Window) -> int:
    """How many days each of some windows has, if all have as many and end with their cells."""
    match window:
        case MovedWindow(of=of, move=move) if move.kind == "trailing" and not has_clock(window):
            cells = not isinstance(of, FixedWindow) and not has_moved(of)
            return move.amount * DAYS.get(move.unit, 0) if cells else 0
        case _:
            return 0
