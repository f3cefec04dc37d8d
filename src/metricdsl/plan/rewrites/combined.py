"""Finding and replacing the Combines of a plan, and the branches of all of them."""

from collections.abc import Callable

from attrs import evolve

from metricdsl.plan.nodes import (
    Aggregate,
    Attach,
    Combine,
    Compute,
    Fill,
    Fold,
    Having,
    Limit,
    Node,
    Pick,
    Plan,
    Sort,
    Table,
)

Branches = tuple[Aggregate | Fold, ...]


def replace_combine(plan: Plan, change: Callable[[Combine], Node]) -> Plan:
    """The plan with the Combine of its groups changed, if it has one."""
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


def replace_branches(plan: Plan, change: Callable[[Aggregate, bool], tuple[Aggregate, ...]]) -> Plan:
    """The plan with each branch of rows changed, at all depths; `change` is told whether groups are told by counts."""
    root = _branched(plan.root, change)
    return plan if root is plan.root else evolve(plan, root=root)


def _branched(node: Node, change: Callable[[Aggregate, bool], tuple[Aggregate, ...]]) -> Node:
    match node:
        case Combine(branches=branches):
            return evolve(node, branches=_each(branches, change, counts=node.presence is not None))
        case Attach(source=source, partial=partial, picks=picks):
            return evolve(
                node,
                source=_branched(source, change),
                partial=_each(partial, change, counts=True),
                picks=tuple(_pick(pick, change) for pick in picks),
            )
        case Fold() | Table() | Fill() | Compute() | Having() | Sort() | Limit():
            source = _branched(node.source, change)
            return node if source is node.source else evolve(node, source=source)
        case _:
            return node


def _pick(pick: Pick, change: Callable[[Aggregate, bool], tuple[Aggregate, ...]]) -> Pick:
    source = _branched(pick.source, change)
    assert isinstance(source, Attach), "the same sort of step"
    return evolve(pick, source=source)


def _each(
    branches: Branches, change: Callable[[Aggregate, bool], tuple[Aggregate, ...]], *, counts: bool
) -> Branches:
    found: list[Aggregate | Fold] = []
    for one in branches:
        if isinstance(one, Fold):
            found.append(evolve(one, source=_branched(one.source, change)))
        else:
            found.extend(change(one, counts))
    return tuple(found)


def branches_of(plan: Plan) -> list[Aggregate]:
    """All branches of rows of a plan."""
    found: list[Aggregate] = []

    def keep(step: Aggregate, counts: bool) -> tuple[Aggregate, ...]:
        del counts
        found.append(step)
        return (step,)

    replace_branches(plan, keep)
    return found
