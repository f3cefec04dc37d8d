"""Branches of their own for aggregates whose rows must be prepared first.

Aggregate count(ticket), median(ticket.wait)      →   Combine
  Scan ticket                                           Aggregate count(ticket)
                                                          Scan ticket
                                                        Aggregate median(ticket.wait)
                                                          Rank ticket.wait
                                                            Scan ticket
"""

from collections.abc import Callable, Hashable
from typing import TypeAlias

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.plan.branches import Use, branch, uses_of
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Node, Plan
from metricdsl.plan.rewrites.combined import branches_of, replace_branches

Alike: TypeAlias = Callable[[AggregateFormula], Hashable]
"""What aggregates have in common that can share prepared rows; None where the rows serve as they are."""
Prepared: TypeAlias = Callable[[Aggregate, AggregateFormula], Node]
"""The prepared rows of a branch, for its aggregates (one of them is given)."""


def apart(plan: Plan, alike: Alike, prepared: Prepared) -> Plan:
    """The plan with a branch of its own for each sort of prepared rows."""
    names = Names(step.name for step in branches_of(plan))

    def change(step: Aggregate, counts: bool) -> tuple[Aggregate, ...]:
        return tuple(_parts(step, plan, names, alike, prepared, counts=counts))

    return replace_branches(plan, change)


def _parts(
    step: Aggregate, plan: Plan, names: Names, alike: Alike, prepared: Prepared, *, counts: bool
) -> list[Aggregate]:
    uses = uses_of(step)
    groups: dict[Hashable, list[Use]] = {}
    together: list[Use] = []
    for use in uses:
        sort = alike(use.formula)
        if sort is None:
            together.append(use)
        else:
            groups.setdefault((sort, use.context.filters), []).append(use)
    if not groups:
        return [step]
    parts = [branch(together, step.name, plan.entities, plan.setting, presence=counts)] if together else []
    for group in groups.values():
        name = step.name if not parts else names.take(group[0].name)
        made = branch(group, name, plan.entities, plan.setting, presence=counts)
        parts.append(evolve(made, source=prepared(made, group[0].formula)))
    return parts
