"""The analyst's own laws on the data: each invariant is asked as a question, whose rows are the groups where it does not hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from metricdsl.analysis import Analysis
from metricdsl.analysis.directory import Declared, Scope
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problems.invariants import InvariantDoesNotHold
from metricdsl.engine.bound_query import BoundQuery
from metricdsl.engine.errors import QueryError
from metricdsl.syntax import nodes


class Asked(Protocol):
    """What is needed of a project to ask for its invariants."""

    def analysis(self) -> Analysis: ...

    def asked(self, query: nodes.Query, scope: Scope, text: str, *, connection: str | None) -> BoundQuery: ...


def broken_invariants(project: Asked, connection: str, unreadable: set[str]) -> Iterator[Problem]:
    """A problem for each invariant that does not hold, with the first group where it fails.

    Those made of `unreadable` entities, and those that are wrong themselves, have been told already.
    """
    for declared in project.analysis().world.directory.unnamed:
        node = declared.node
        if not isinstance(node, nodes.InvariantDecl):
            continue
        question = broken_groups(node.condition, node.by, compared(declared, node.condition))
        asked = project.asked(question, declared.scope, said(declared, node.condition), connection=connection)
        touched = set() if asked.request is None else set(asked.request.read)
        if asked.failed or touched & unreadable:
            continue
        try:
            yield from _broken(asked, declared, node, len(node.by))
        except QueryError as error:
            yield from (problem for problem in error.problems if problem.severity is Severity.ERROR)


def broken_groups(
    condition: nodes.Expr, by: Sequence[nodes.Grouping], sides: Mapping[str, nodes.Expr]
) -> nodes.Query:
    """The groups where the condition is false; behind them stand the condition and what it compares."""
    holds = "holds"
    while holds in {*sides, *(grouping.name or grouping.text for grouping in by)}:
        holds += "_"
    columns = [nodes.QueryColumn(value=condition, text=holds, name=holds, span=condition.span)]
    columns += [nodes.QueryColumn(value=side, text=text, span=side.span) for text, side in sides.items()]
    name = nodes.Name(parts=(holds,), span=condition.span)
    false = nodes.Not(operand=name, span=condition.span)
    return nodes.Query(columns=tuple(columns), by=tuple(by), having=false, span=condition.span)


def compared(declared: Declared, condition: nodes.Expr) -> dict[str, nodes.Expr]:
    """What the comparisons of a condition compare, by their texts; constants and parts of `or` are left out."""
    match condition:
        case nodes.Comparison(first=first, rest=rest):
            sides = (first, *(side for _, side in rest))
            made = (side for side in sides if not isinstance(side, nodes.Number | nodes.Percent))
            return {said(declared, side): side for side in made}
        case nodes.Binary(operator="and", left=left, right=right):
            return {**compared(declared, left), **compared(declared, right)}
        case _:
            return {}


def title_of(declared: Declared, node: nodes.InvariantDecl) -> str:
    """What an invariant is called: its title, else its condition as written."""
    return node.title or said(declared, node.condition)


def said(declared: Declared, node: nodes.Node) -> str:
    """What stands at a node's place, white space made one."""
    return " ".join(declared.text(node.span).split())


def _broken(
    asked: BoundQuery, declared: Declared, node: nodes.InvariantDecl, keys: int
) -> Iterator[InvariantDoesNotHold]:
    with asked.run(limit_rows=1) as result:
        names, rows = result.names, result.rows
    if not rows:
        return
    cells = [
        f"{name} {'null' if value is None else value}" for name, value in zip(names, rows[0], strict=True)
    ]
    yield InvariantDoesNotHold(
        title=title_of(declared, node),
        groups=asked.count_rows() if keys else 1,
        group=tuple(cells[:keys]),
        values=tuple(cells[keys + 1 :]),
        span=node.name_span if node.title else node.condition.span,
    )
