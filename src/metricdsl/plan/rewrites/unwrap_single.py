"""One branch needs nothing beside it.

Combine [Aggregate won_deals]   →   Aggregate won_deals
"""

from metricdsl.plan.nodes import Aggregate, Combine, Node, Plan
from metricdsl.plan.rewrites.combined import replace_combine
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef


def unwrap_single(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan without the Combine of a single branch (one whose groups are the result's)."""
    del registry, dialect
    return replace_combine(plan, _unwrapped)


def _unwrapped(node: Combine) -> Node:
    match node.branches:
        case (only,) if (
            isinstance(only, Aggregate) and node.presence is None and (only.brings or not node.keys)
        ):
            return only
        case _:
            return node
