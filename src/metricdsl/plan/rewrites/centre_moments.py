"""Standard deviations and correlations from centred values, for engines that have none as an aggregate.

Aggregate count(ticket), variance(ticket.wait)    →   Combine
  Scan ticket                                           Aggregate count(ticket)
                                                          Scan ticket
                                                        Aggregate variance(ticket.wait)
                                                          Centre ticket.wait
                                                            Scan ticket
"""

from collections.abc import Hashable

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.plan.nodes import Aggregate, Centre, Node, Plan
from metricdsl.plan.rewrites.apart import apart
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support


def centre_moments(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with each aggregate of spread in a branch of its own, its rows with the means of their groups."""
    if dialect.capabilities.get(Capability.MOMENTS) is not Support.EMULATED:
        return plan

    def alike(formula: AggregateFormula) -> Hashable:
        definition = registry.aggregations.get(formula.function)
        return formula.arguments if definition is not None and definition.centred else None

    def centred(step: Aggregate, formula: AggregateFormula) -> Node:
        return Centre(source=step.source, keys=step.keys, values=formula.arguments)

    return apart(plan, alike, centred)
