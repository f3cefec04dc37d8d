"""Finding and replacing the one Combine of a plan."""

from collections.abc import Callable

from attrs import evolve

from metricdsl.plan.nodes import Combine, Compute, Fill, Having, Limit, Node, Plan, Sort


def replace_combine(plan: Plan, change: Callable[[Combine], Node]) -> Plan:
    """The plan with its Combine changed, if it has one."""
    root = _replaced(plan.root, change)
    return plan if root is plan.root else evolve(plan, root=root)


def _replaced(node: Node, change: Callable[[Combine], Node]) -> Node:
    match node:
        case Combine():
            return change(node)
        case Fill() | Compute() | Having() | Sort() | Limit():
            source = _replaced(node.source, change)
            return node if source is node.source else evolve(node, source=source)
        case _:
            return node
