"""Plans made equal but better: plain functions, in one ordered list."""

from collections.abc import Callable
from typing import TypeAlias

from metricdsl.plan.nodes import Plan
from metricdsl.plan.rewrites.centre_moments import centre_moments
from metricdsl.plan.rewrites.days_first import days_first
from metricdsl.plan.rewrites.rank_ordered import rank_ordered
from metricdsl.plan.rewrites.unwrap_single import unwrap_single
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

Rule: TypeAlias = Callable[[Plan, Registry, DialectDef], Plan]

RULES: tuple[Rule, ...] = (rank_ordered, centre_moments, days_first, unwrap_single)
"""In this order. Each keeps the result."""


def rewrite(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan after all rules, for an engine of this dialect."""
    for rule in RULES:
        plan = rule(plan, registry, dialect)
    return plan
