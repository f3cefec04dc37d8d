"""Walking a plan: the steps that a step is made of, the same step made of others, all steps changed from the innermost on."""

from collections.abc import Callable
from typing import assert_never

from attrs import evolve

from metricdsl.plan.nodes import (
    Aggregate,
    Attach,
    Centre,
    Combine,
    Compute,
    Conversion,
    Days,
    Distinct,
    Exchange,
    Fill,
    Filter,
    Fold,
    Having,
    Join,
    Latest,
    Limit,
    Lookup,
    Node,
    Plan,
    Rank,
    Scan,
    Seen,
    SemiJoin,
    Sort,
    Table,
    Windows,
)


def sources(node: Node) -> tuple[Node, ...]:
    """The steps that a step is made of: first the one whose rows or groups it has."""
    match node:
        case Scan():
            return ()
        case Lookup(source=source, table=other) | SemiJoin(source=source, found=other):
            return (source, other)
        case Exchange(source=source, rates=other):
            return (source, other)
        case Conversion(source=source, starts=starts, ends=ends):
            return (source, starts, ends)
        case Combine(branches=branches):
            return branches
        case Attach(source=source, partial=partial, picks=picks):
            chosen: list[Node] = []
            for pick in picks:
                chosen += (pick.source, *(one.source for one in pick.rows))
            return (source, *partial, *chosen)
        case Sort(source=source, places=places):
            return (source, *(place.table for place in places))
        case (
            Join()
            | Filter()
            | Rank()
            | Centre()
            | Days()
            | Seen()
            | Windows()
            | Latest()
            | Aggregate()
            | Fold()
            | Table()
            | Fill()
            | Compute()
            | Having()
            | Distinct()
            | Limit()
        ):
            return (node.source,)
        case _:
            assert_never(node)


def with_sources(node: Node, parts: tuple[Node, ...]) -> Node:
    """The step made of other steps of the same sorts, in the order of `sources`; itself where they are the same."""
    if all(new is old for new, old in zip(parts, sources(node), strict=True)):
        return node
    match node:
        case Lookup():
            return evolve(node, source=parts[0], table=parts[1])
        case SemiJoin():
            return evolve(node, source=parts[0], found=parts[1])
        case Exchange():
            return evolve(node, source=parts[0], rates=parts[1])
        case Conversion():
            return evolve(node, source=parts[0], starts=parts[1], ends=parts[2])
        case Combine():
            return evolve(node, branches=parts)  # type: ignore[arg-type]
        case Attach(partial=partial, picks=picks):
            rest = iter(parts[1 + len(partial) :])
            return evolve(
                node,
                source=parts[0],
                partial=parts[1 : 1 + len(partial)],  # type: ignore[arg-type]
                picks=tuple(
                    evolve(
                        pick,
                        source=next(rest),  # type: ignore[arg-type]
                        rows=tuple([evolve(one, source=next(rest)) for one in pick.rows]),  # type: ignore[arg-type]
                    )
                    for pick in picks
                ),
            )
        case Sort(places=places):
            tables = zip(places, parts[1:], strict=True)
            placed = tuple([evolve(place, table=table) for place, table in tables])  # type: ignore[arg-type]
            return evolve(node, source=parts[0], places=placed)
        case Scan():
            return node
        case _:
            return evolve(node, source=parts[0])


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """The step with every step changed, what it is made of first."""
    return change(with_sources(node, tuple([changed(part, change) for part in sources(node)])))


def has(plan: Plan, kind: type[Lookup | Windows]) -> bool:
    """Whether a plan has a step of a kind. Asked by many rewrites that mostly have nothing to do, so without generators."""
    pending: list[Node] = [plan.root]
    while pending:
        node = pending.pop()
        if isinstance(node, kind):
            return True
        pending += sources(node)
    return False
