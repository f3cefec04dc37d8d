"""Finding and replacing the Combines of a plan, and the branches of all of them."""

from collections.abc import Callable

from attrs import evolve

from metricdsl.plan.nodes import (
    Aggregate,
    Attach,
    Combine,
    Compute,
    Conversion,
    Distinct,
    Fill,
    Fold,
    Having,
    Limit,
    Lookup,
    MemberRows,
    Node,
    Pick,
    Place,
    Plan,
    Scan,
    SemiJoin,
    Sort,
    Table,
)

Branches = tuple[Aggregate | Fold, ...]
Change = Callable[[Aggregate, bool], tuple[Aggregate, ...]]
"""What a branch of rows becomes; it is told whether groups are told by counts."""


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


def replace_branches(plan: Plan, change: Change) -> Plan:
    """The plan with each branch of rows changed, at all depths; `change` is told whether groups are told by counts."""
    root = _branched(plan.root, change)
    return plan if root is plan.root else evolve(plan, root=root)


def _branched(node: Node, change: Change) -> Node:
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
        case Sort(places=places):
            return evolve(
                node,
                source=_branched(node.source, change),
                places=tuple(_place(one, change) for one in places),
            )
        case Fold() | Table() | Fill() | Compute() | Having() | Limit() | Distinct():
            source = _branched(node.source, change)
            return node if source is node.source else evolve(node, source=source)
        case Lookup(table=table):
            return evolve(node, source=_branched(node.source, change), table=_branched(table, change))
        case SemiJoin(found=found):
            return evolve(node, source=_branched(node.source, change), found=_branched(found, change))
        case Scan():
            return node
        case Conversion(starts=starts, ends=ends):
            return evolve(
                node,
                source=_branched(node.source, change),
                starts=_branched(starts, change),
                ends=_branched(ends, change),
            )
        case _:  # rows: what they look up is made of branches
            source = _branched(node.source, change)
            return node if source is node.source else evolve(node, source=source)


def _pick(pick: Pick, change: Change) -> Pick:
    source = _branched(pick.source, change)
    assert isinstance(source, Attach), "the same sort of step"
    return evolve(pick, source=source, rows=tuple(_members(one, change) for one in pick.rows))


def _members(one: MemberRows, change: Change) -> MemberRows:
    source = _branched(one.source, change)
    assert isinstance(source, Distinct), "the same sort of step"
    return evolve(one, source=source)


def _place(one: Place, change: Change) -> Place:
    table = _branched(one.table, change)
    assert isinstance(table, Table), "the same sort of step"
    return evolve(one, table=table)


def _each(branches: Branches, change: Change, *, counts: bool) -> Branches:
    found: list[Aggregate | Fold] = []
    for one in branches:
        if isinstance(one, Fold):
            found.append(evolve(one, source=_branched(one.source, change)))
        else:
            # What its rows look up comes last: a branch that is shared out is made anew.
            found.extend(evolve(made, source=_branched(made.source, change)) for made in change(one, counts))
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
