"""The analyst's own laws on the data: each invariant is asked as a question, whose rows are the groups where it does not hold."""

from collections.abc import Iterator
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
        sides = _sides(declared, node.condition)
        question = _question(node, sides)
        asked = project.asked(
            question, declared.scope, _said(declared, node.condition), connection=connection
        )
        touched = set() if asked.request is None else set(asked.request.read)
        if asked.failed or touched & unreadable:
            continue
        try:
            yield from _broken(asked, declared, node, len(node.by))
        except QueryError as error:
            yield from (problem for problem in error.problems if problem.severity is Severity.ERROR)


def _question(node: nodes.InvariantDecl, sides: dict[str, nodes.Expr]) -> nodes.Query:
    """The groups where the condition is false, with what it compares."""
    holds = "holds"
    while holds in {*sides, *(grouping.name or grouping.text for grouping in node.by)}:
        holds += "_"
    columns = [nodes.QueryColumn(value=node.condition, text=holds, name=holds, span=node.condition.span)]
    columns += [nodes.QueryColumn(value=side, text=text, span=side.span) for text, side in sides.items()]
    name = nodes.Name(parts=(holds,), span=node.condition.span)
    false = nodes.Not(operand=name, span=node.condition.span)
    return nodes.Query(columns=tuple(columns), by=node.by, having=false, span=node.span)


def _sides(declared: Declared, condition: nodes.Expr) -> dict[str, nodes.Expr]:
    """What the comparisons of a condition compare, by their texts; constants and parts of `or` are left out."""
    match condition:
        case nodes.Comparison(first=first, rest=rest):
            sides = (first, *(side for _, side in rest))
            made = (side for side in sides if not isinstance(side, nodes.Number | nodes.Percent))
            return {_said(declared, side): side for side in made}
        case nodes.Binary(operator="and", left=left, right=right):
            return {**_sides(declared, left), **_sides(declared, right)}
        case _:
            return {}


def _said(declared: Declared, node: nodes.Node) -> str:
    return " ".join(declared.text(node.span).split())


def _broken(
    asked: BoundQuery, declared: Declared, node: nodes.InvariantDecl, keys: int
) -> Iterator[InvariantDoesNotHold]:
    with asked.run(limit_rows=1) as result:
        names, rows = result.names, result.rows
    if not rows:
        return
    said = [
        f"{name} {'null' if value is None else value}" for name, value in zip(names, rows[0], strict=True)
    ]
    yield InvariantDoesNotHold(
        title=node.title or _said(declared, node.condition),
        groups=asked.count_rows() if keys else 1,
        group=tuple(said[:keys]),
        values=tuple(said[keys + 1 :]),
        span=node.name_span if node.title else node.condition.span,
    )
