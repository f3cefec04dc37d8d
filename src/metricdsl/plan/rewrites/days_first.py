"""Months from days: rows are grouped by their date, the dates by their month.

Aggregate sum(order.amount) by month      →   Aggregate sum(order.amount) by month
  Scan order                                    Days order.ordered_on
                                                  Scan order

Finding the month of every row costs more than all else; there are few dates. Only where that is sure to be less work: the
time is a date, the other keys have few values (truths, declared texts), and every measure merges.
"""

from attrs import evolve

from metricdsl.model.types import Kind
from metricdsl.model.window import has_clock
from metricdsl.plan.context import Key
from metricdsl.plan.nodes import Aggregate, Days, Filter, Node, Plan, Rank, SemiJoin, Windows
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
    if step.context.window is not None:
        return _windows_of_days(step, registry)
    coarse = [key for key in step.keys if key.grain in COARSE]
    if not coarse or not all(key in coarse or _few(key) for key in step.keys):
        return step
    if step.context.stock is not None:
        return step
    time = coarse[0].row
    if time.type.kind is not Kind.DATE or time.type.grain is not None:
        return step
    if not _merge(step, registry) or step.present is not None or isinstance(step.source, Rank):
        return step
    return evolve(step, source=Days(source=step.source, time=time))


def _windows_of_days(step: Aggregate, registry: Registry) -> Aggregate:
    """Windows that hold whole days: rows are grouped by day first, so that a day is joined to its windows, not each row."""
    context = step.context
    stretched = context.open is not None or context.spread is not None or context.stock is not None
    if stretched or context.window is None or context.time is None or has_clock(context.window):
        return step
    if any(key.grain in {"hour", "minute"} for key in step.keys) or not _merge(step, registry):
        return step
    rows = without_windows(step.source)
    return step if rows is None else evolve(step, source=Days(source=rows, time=context.time))


def without_windows(node: Node) -> Node | None:
    """The rows before they are looked for in windows; None where these lie deeper."""
    match node:
        case Filter(source=Windows(source=source)):
            return evolve(node, source=source)
        case SemiJoin(source=source):
            rows = without_windows(source)
            return None if rows is None else evolve(node, source=rows)
        case Windows(source=source):
            return source
        case _:
            return None


def _merge(step: Aggregate, registry: Registry) -> bool:
    """Whether each measure of a branch can be merged from those of days."""
    return all(
        measure.formula is None or registry.aggregations[measure.formula.function].merge is not None
        for measure in step.measures
    )


def _few(key: Key) -> bool:
    return key.grain is None and (key.type.kind is Kind.BOOLEAN or key.type.domain is not None)
