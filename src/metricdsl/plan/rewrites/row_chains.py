"""The rows that steps of groups are made of, found and changed at all depths."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from attrs import evolve

from metricdsl.model.formula import Expression, RowValue
from metricdsl.model.made_of import row_values
from metricdsl.plan.nodes import (
    Aggregate,
    Centre,
    Days,
    Distinct,
    Lookup,
    Node,
    Plan,
    Rank,
    Scan,
    Seen,
    SemiJoin,
)
from metricdsl.plan.reads import reads, reads_value
from metricdsl.plan.walk import changed, sources, with_sources

Change: TypeAlias = Callable[[Node, tuple[Expression, ...]], Node]
"""What rows become; it is told what is read of them above."""


def replace_rows(plan: Plan, change: Change) -> Plan:
    """The plan with the rows changed that groups are made of, distinct values, and what is looked for; the innermost first."""

    def each(node: Node) -> Node:
        match node:
            case Aggregate() | Distinct():
                return _with_source(node, _below(node.source, tuple(reads(node)), change))
            case SemiJoin(found=found, found_keys=keys):
                made = _below(found, keys, change)
                return node if made is found else evolve(node, found=made)
            case _:
                return node

    root = changed(plan.root, each)
    return plan if root is plan.root else evolve(plan, root=root)


def _below(node: Node, read: tuple[Expression, ...], change: Change) -> Node:
    """Rows that are ranked or the like are changed below that."""
    if isinstance(node, Rank | Centre | Days | Seen):
        return _with_source(node, _below(node.source, (*read, *reads(node)), change))
    return change(node, read)


def _with_source(node: Node, source: Node) -> Node:
    return with_sources(node, (source, *sources(node)[1:]))


def chain(node: Node) -> Iterator[Node]:
    """The steps of rows from the last to the scan."""
    yield node
    while not isinstance(node, Scan):
        node = sources(node)[0]
        yield node


def home(node: Node) -> Scan:
    """The scan of the rows' own entity."""
    *_, last = chain(node)
    assert isinstance(last, Scan), "rows begin with a scan"
    return last


def without_lookup(node: Node, value: RowValue) -> Node:
    """The rows without a value that they look up."""
    return replace_lookups(node, lambda one: one.source if one.value == value else one)


def replace_lookups(node: Node, change: Callable[[Lookup], Node]) -> Node:
    """The rows with each of their lookups changed."""
    if isinstance(node, Scan):
        return node
    made = _with_source(node, replace_lookups(sources(node)[0], change))
    return change(made) if isinstance(made, Lookup) else made


def unread(rows: Node, value: RowValue, read: tuple[Expression, ...]) -> bool:
    """Whether neither the rows themselves read a value that they look up, nor what is read of them above."""
    inside = any(reads_value(step, value) for step in chain(rows))
    return not inside and not any(value in row_values(expression) for expression in read)
