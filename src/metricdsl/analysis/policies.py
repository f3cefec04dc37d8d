"""Policies: checked, and since nothing applies them, every question that reads their rows is refused."""

from collections.abc import Iterable, Sequence

from attrs import evolve

from metricdsl.analysis.directory import Clash, Declared
from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.world import Need, Place, RowPlace, Work, World
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.declarations import PolicyNotApplied
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.source import Span
from metricdsl.syntax import nodes

ASKER = "context"
"""Who asks: `context.team` is a property of the one who asks, known only when a question is asked."""


def policies(world: World, need: Need) -> tuple[dict[str, tuple[Problem, ...]], list[Problem]]:
    """The entities whose rows no question may read, with why, and all problems of policies.

    Where it cannot be told which entity a policy is on, no rows are read at all.
    """
    refused: dict[str, tuple[Problem, ...]] = {}
    found: list[Problem] = []
    for declared in world.directory.unnamed:
        node = declared.node
        if isinstance(node, nodes.Broken):
            place = Span(node.span.file, node.span.start, node.span.start + len(node.keyword))
            _refuse(refused, world.headers, [PolicyNotApplied(entity="", span=place)])
        if not isinstance(node, nodes.PolicyDecl):
            continue
        work = Work(world, need)
        entity = _entity(work, declared, node.entity)
        if entity is not None and node.condition is not None:
            condition = _asked_by_nobody(node.condition)
            row_condition(work, condition, Place(declared.scope), RowPlace(entity))
            problem = PolicyNotApplied(entity=node.entity.text, span=node.entity.span)
            _refuse(refused, [entity], [problem])
            work.report(problem)
        elif entity is None and node.condition is not None:
            _refuse(refused, world.headers, [PolicyNotApplied(entity="", span=node.entity.span)])
        found.extend(work.problems)
    return refused, found


def _refuse(
    refused: dict[str, tuple[Problem, ...]], entities: Iterable[str], problems: Sequence[Problem]
) -> None:
    for entity in entities:
        refused[entity] = (*refused.get(entity, ()), *problems)


def _entity(work: Work, declared: Declared, name: nodes.Name) -> str | None:
    """The qualified name of the entity that a policy is on."""
    directory = work.world.directory
    found = directory.lookup(declared.scope, name.parts)
    match found:
        case (Declared(sort="entity") as entity, used) if used == len(name.parts):
            return entity.name
        case (Declared(sort="broken"), _):
            pass
        case (Declared(sort=sort), used) if used == len(name.parts):
            work.report(WrongSortOfName(name=name.text, sort=sort, expected="an entity", span=name.span))
        case Clash(candidates):
            work.report(AmbiguousName(name=name.text, candidates=candidates, span=name.span))
        case _:
            if not declared.scope.incomplete:
                close = near(name.text, directory.visible(declared.scope, "entity"))
                where = "among the entities"
                work.report(UnknownName(name=name.text, where=where, near=close, span=name.span))
    return None


def _asked_by_nobody(node: nodes.Expr) -> nodes.Expr:
    """The condition with what is known of who asks left open: it fits any type."""
    match node:
        case nodes.Name(parts=(first, _)) if first == ASKER:
            return nodes.Null(span=node.span)
        case nodes.Negation() | nodes.Not() | nodes.IsNull():
            return evolve(node, operand=_asked_by_nobody(node.operand))
        case nodes.Binary():
            return evolve(node, left=_asked_by_nobody(node.left), right=_asked_by_nobody(node.right))
        case nodes.Comparison():
            rest = tuple((sign, _asked_by_nobody(operand)) for sign, operand in node.rest)
            return evolve(node, first=_asked_by_nobody(node.first), rest=rest)
        case nodes.Membership():
            return evolve(node, operand=_asked_by_nobody(node.operand), items=_all(node.items))
        case nodes.Call():
            arguments = tuple(evolve(a, value=_asked_by_nobody(a.value)) for a in node.arguments)
            return evolve(node, arguments=arguments)
        case _:
            return node


def _all(items: Sequence[nodes.Expr]) -> tuple[nodes.Expr, ...]:
    return tuple(map(_asked_by_nobody, items))
