"""Medians, percentiles, first and last by rank, for engines that have none as an aggregate.

Aggregate count(ticket), median(ticket.wait)      →   Combine
  Scan ticket                                           Aggregate count(ticket)
                                                          Scan ticket
                                                        Aggregate median(ticket.wait)
                                                          Rank ticket.wait
                                                            Scan ticket
"""

from collections.abc import Hashable

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.plan.nodes import Aggregate, Node, Plan, Rank
from metricdsl.plan.rewrites.apart import apart
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support


def rank_ordered(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with each value that is ordered in a branch of its own, its rows ranked."""
    if dialect.capabilities.get(Capability.ORDERED_AGGREGATES) is not Support.EMULATED:
        return plan

    def alike(formula: AggregateFormula) -> Hashable:
        definition = registry.aggregations.get(formula.function)
        if definition is None or not (definition.ordered or definition.by_time):
            return None
        time = formula.time if definition.by_time else None
        return (formula.arguments[0], definition.by_time, time, formula.order)

    def ranked(step: Aggregate, formula: AggregateFormula) -> Node:
        by_time = registry.aggregations[formula.function].by_time
        return Rank(
            source=step.source,
            keys=step.keys,
            value=formula.arguments[0],
            time=formula.time if by_time else None,
            ties=formula.order,
            latest=by_time == "last",
        )

    return apart(plan, alike, ranked)
