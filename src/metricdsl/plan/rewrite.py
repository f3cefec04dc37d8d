"""Plans made equal but better: plain functions, in one ordered list."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from metricdsl.plan.nodes import Plan
from metricdsl.plan.rewrites.centre_moments import centre_moments
from metricdsl.plan.rewrites.days_first import days_first
from metricdsl.plan.rewrites.exists import exists
from metricdsl.plan.rewrites.more_than_one import more_than_one
from metricdsl.plan.rewrites.near_windows import near_windows
from metricdsl.plan.rewrites.needed_keys import needed_keys
from metricdsl.plan.rewrites.rank_ordered import rank_ordered
from metricdsl.plan.rewrites.seen_days import seen_days
from metricdsl.plan.rewrites.shared_lookups import shared_lookups
from metricdsl.plan.rewrites.unwrap_single import unwrap_single
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

Rule: TypeAlias = Callable[[Plan, Registry, DialectDef], Plan]

RULES: tuple[Rule, ...] = (
    rank_ordered,
    centre_moments,
    exists,
    more_than_one,
    shared_lookups,
    needed_keys,
    near_windows,
    seen_days,
    days_first,
    unwrap_single,
)
"""In this order. Each keeps the result."""

OPTIONAL = tuple(rule for rule in RULES if rule not in {rank_ordered, centre_moments})
"""Those that engines can do without: the other two make what an engine lacks."""


def rewrite(plan: Plan, registry: Registry, dialect: DialectDef, rules: tuple[Rule, ...] = RULES) -> Plan:
    """The plan after all rules, for an engine of this dialect."""
    for rule in rules:
        plan = rule(plan, registry, dialect)
    return plan


def stages(plan: Plan, registry: Registry, dialect: DialectDef) -> Iterator[tuple[str, Plan]]:
    """The plan after each rule that changes it, with the rule's name."""
    for rule in RULES:
        changed = rule(plan, registry, dialect)
        if changed != plan:
            yield rule.__name__, changed
        plan = changed
