"""Months from days: rows are grouped by their date, the dates by their month.

Aggregate sum(order.amount) by month      →   Aggregate sum(order.amount) by month
  Scan order                                    Days order.ordered_on
                                                  Scan order

Finding the month of every row costs more than all else; there are few dates. Only where that is sure to be less work: the
time is a date, the other keys have few values (truths, declared texts), and every measure merges.
"""

from attrs import evolve

from metricdsl.model.types import Kind
from metricdsl.plan.context import Key
from metricdsl.plan.nodes import Aggregate, Days, Plan, Rank
from metricdsl.plan.rewrites.combined import replace_branches
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

COARSE = {"week", "month", "quarter", "year"}


def days_first(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with a step of days below each Aggregate that gains from it."""
    del dialect

    def change(step: Aggregate, counts: bool) -> tuple[Aggregate, ...]:
        del counts
        return (_by_days(step, registry),)

    return replace_branches(plan, change)


def _by_days(step: Aggregate, registry: Registry) -> Aggregate:
    coarse = [key for key in step.keys if key.grain in COARSE]
    if not coarse or not all(key in coarse or _few(key) for key in step.keys):
        return step
    if step.context.window is not None or step.context.stock is not None:
        return step
    time = coarse[0].row
    if time.type.kind is not Kind.DATE or time.type.grain is not None:
        return step
    merges = all(
        measure.formula is None or registry.aggregations[measure.formula.function].merge is not None
        for measure in step.measures
    )
    if not merges or step.present is not None or isinstance(step.source, Rank):
        return step
    return evolve(step, source=Days(source=step.source, time=time))


def _few(key: Key) -> bool:
    return key.grain is None and (key.type.kind is Kind.BOOLEAN or key.type.domain is not None)
