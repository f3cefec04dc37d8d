"""Medians and percentiles by rank, for engines that have none as an aggregate.

Aggregate count(ticket), median(ticket.wait)      →   Combine
  Scan ticket                                           Aggregate count(ticket)
                                                          Scan ticket
                                                        Aggregate median(ticket.wait)
                                                          Rank ticket.wait
                                                            Scan ticket
"""

from collections.abc import Callable
from typing import TypeAlias

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.plan.branches import Use, branch, uses_of
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Plan, Rank
from metricdsl.plan.rewrites.combined import branches_of, replace_branches
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support

Ordered: TypeAlias = Callable[[AggregateFormula], bool]


def rank_ordered(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with each value that is ordered in a branch of its own, its rows ranked."""
    if dialect.capabilities.get(Capability.ORDERED_AGGREGATES) is not Support.EMULATED:
        return plan

    def ordered(formula: AggregateFormula) -> bool:
        definition = registry.aggregations.get(formula.function)
        return definition is not None and definition.ordered

    names = Names(step.name for step in branches_of(plan))

    def change(step: Aggregate, counts: bool) -> tuple[Aggregate, ...]:
        return tuple(_parts(step, plan, names, ordered, counts=counts))

    return replace_branches(plan, change)


def _parts(
    step: Aggregate, plan: Plan, names: Names, ordered: Ordered, *, counts: bool
) -> list[Aggregate]:
    uses = uses_of(step)
    apart: dict[object, list[Use]] = {}
    for use in uses:
        if ordered(use.formula):
            apart.setdefault((use.formula.arguments[0], use.context.filters), []).append(use)
    if not apart:
        return [step]
    together = [use for use in uses if not ordered(use.formula)]
    parts = [branch(together, step.name, plan.entities, plan.setting, presence=counts)] if together else []
    for group in apart.values():
        name = step.name if not parts else names.take(group[0].name)
        made = branch(group, name, plan.entities, plan.setting, presence=counts)
        ranked = Rank(source=made.source, keys=made.keys, value=group[0].formula.arguments[0])
        parts.append(evolve(made, source=ranked))
    return parts
