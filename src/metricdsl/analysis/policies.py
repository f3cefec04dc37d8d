"""Policies: which rows of an entity whoever asks may see.

A policy is read with all definitions, what it asks of the one who asks left open, and again for each question, with what is
known of the one who asks put in. What policies look at is `whole`: rows of other entities without their policies.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import Clash, Declared
from metricdsl.analysis.params import literal_of
from metricdsl.analysis.rows import row, row_condition
from metricdsl.analysis.touched import along
from metricdsl.analysis.world import Need, Place, RowPlace, Work, World
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.policies import (
    AskerNotKnown,
    AskerOfAnotherKind,
    NoPolicyOfItsOwn,
    PolicyNotRead,
)
from metricdsl.model.formula import Expression
from metricdsl.model.request import Context, Request, ValuesRequest
from metricdsl.model.types import Kind
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.value import frozen

ASKER = "context"
"""Who asks: `context.team` is a property of the one who asks, known only when a question is asked."""


@frozen
class Policies:
    """The policies of all entities, by entity; the entities whose rows no question may read, with why; all problems."""

    of: Mapping[str, tuple[Declared, ...]]
    refused: Mapping[str, tuple[Problem, ...]]
    problems: tuple[Problem, ...]


def policies(world: World, need: Need) -> Policies:
    """All policies, checked. Where it cannot be told which entity a policy is on, no rows are read at all."""
    of: dict[str, tuple[Declared, ...]] = {}
    opened: set[str] = set()
    refused: dict[str, tuple[Problem, ...]] = {}
    found: list[Problem] = []
    for declared in world.directory.unnamed:
        node = declared.node
        if isinstance(node, nodes.Broken):
            place = Span(node.span.file, node.span.start, node.span.start + len(node.keyword))
            _refuse(refused, world.headers, [PolicyNotRead(span=place)])
        if not isinstance(node, nodes.PolicyDecl):
            continue
        work = Work(world, need)
        entity = _entity(work, declared, node.entity)
        if entity is None:
            _refuse(refused, world.headers, [PolicyNotRead(span=node.entity.span)])
        elif node.condition is None:
            opened.add(entity)
        else:
            condition = _told(node.condition, _anybody(world, need, Place(declared.scope), RowPlace(entity)))
            of[entity] = (*of.get(entity, ()), declared)
            if row_condition(work, condition, Place(declared.scope), RowPlace(entity)) is None:
                _refuse(refused, [entity], work.problems or [PolicyNotRead(span=node.entity.span)])
        found.extend(work.problems)
    lacking = list(_lacking(world, of, opened))
    for entity, problem in lacking:
        _refuse(refused, [entity], [problem])
    return Policies(of, refused, (*found, *(problem for _, problem in lacking)))


def _anybody(world: World, need: Need, place: Place, rows: RowPlace) -> "Telling":
    """What stands for a property of whoever will ask: some number beside numbers, else null, which fits any type."""

    def told(name: nodes.Name, beside: Sequence[nodes.Expr]) -> nodes.Expr:
        if _kind(world, need, beside, place, rows).numeric:
            return nodes.Number(value=Decimal(1), span=name.span)
        return nodes.Null(named=name.text, span=name.span)

    return told


def _refuse(
    refused: dict[str, tuple[Problem, ...]], entities: Iterable[str], problems: Sequence[Problem]
) -> None:
    for entity in entities:
        refused[entity] = (*refused.get(entity, ()), *problems)


def _lacking(
    world: World, of: Mapping[str, object], opened: set[str]
) -> Iterator[tuple[str, NoPolicyOfItsOwn]]:
    """The entities that lead to a restricted one, by however many joins, and do not say who may see their own rows."""
    for name, header in world.headers.items():
        if name in of or name in opened:
            continue
        ways: list[tuple[str, tuple[str, ...]]] = [(name, ())]
        seen = {name}
        for here, path in ways:
            if here in of:
                problem = NoPolicyOfItsOwn(
                    entity=header.short,
                    path=".".join(path),
                    restricted=world.headers[here].short,
                    span=header.declared.node.name_span,
                )
                yield name, problem
                break
            for join in world.headers[here].joins.values():
                if join.target in world.headers and join.target not in seen:
                    seen.add(join.target)
                    ways.append((join.target, (*path, join.name)))


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
            rest = ".".join(name.parts[1:])
            work.report(AmbiguousName(name=name.parts[0], candidates=candidates, rest=rest, span=name.span))
        case _:
            if not declared.scope.incomplete:
                close = near(name.text, directory.visible(declared.scope, "entity"))
                where = "among the entities"
                work.report(UnknownName(name=name.text, where=where, near=close, span=name.span))
    return None


# ---------------------------------------------------------------- in a question


def applied(
    analysis: Analysis,
    whole: Analysis,
    work: Work,
    request: Request | ValuesRequest,
    context: Context,
) -> Request | ValuesRequest:
    """The request with the policies of all entities that it reads, for whoever asks.

    `whole` is the meaning with every parameter at its default: what is given for a question does not change who sees what.
    """
    names = dict.fromkeys(name for name in request.entities if name in analysis.model.entities)
    _with_scopes(analysis, names)
    entities = {**request.entities, **{name: analysis.model.entities[name] for name in names}}
    looked_at: dict[str, None] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for name in names:
        entity = entities[name]
        found: list[Expression] = []
        for declared in whole.policies.get(name, ()):
            condition = _condition(whole, work, name, declared, context)
            if condition is not None:
                looked_at[name] = None
                along(whole, name, condition, looked_at, seen)
                found.append(condition)
        entities[name] = evolve(entity, policies=tuple(found))
    _with_scopes(whole, looked_at)
    rows = {name: whole.model.entities[name] for name in looked_at}
    return evolve(request, entities=entities, whole=rows)


def _with_scopes(analysis: Analysis, names: dict[str, None]) -> None:
    """Add the entities that some need to tell which of their rows count."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        scope = analysis.model.entities[name].scope
        before = set(names)
        if scope is not None:
            along(analysis, name, scope, names, seen)
        waiting.extend(set(names) - before)


def _condition(
    analysis: Analysis, work: Work, entity: str, declared: Declared, context: Context
) -> Expression | None:
    """The condition of a policy for whoever asks; None with a problem where what it asks for is not known."""
    node = declared.node
    assert isinstance(node, nodes.PolicyDecl), "those are kept that restrict"
    assert node.condition is not None, "those are kept that restrict"
    place, rows = Place(declared.scope), RowPlace(entity)
    reading = Work(analysis.world, analysis.need, today=context.today)
    short = analysis.world.headers[entity].short

    def told(name: nodes.Name, beside: Sequence[nodes.Expr]) -> nodes.Expr:
        given = context.principal.get(name.parts[1])
        if given is None:
            close = near(name.parts[1], context.principal)
            work.report(AskerNotKnown(name=name.parts[1], entity=short, near=close, span=name.span))
            return nodes.Null(named=name.text, span=name.span)
        kind = _kind(analysis.world, analysis.need, beside, place, rows)
        literal = literal_of(given, kind, name.span)
        if literal is None:
            work.report(AskerOfAnotherKind(name=name.parts[1], entity=short, kind=kind.value, span=name.span))
            return nodes.Null(named=name.text, span=name.span)
        return literal

    before = len(work.problems)
    condition = _told(node.condition, told)
    if len(work.problems) > before:
        return None
    found = row_condition(reading, condition, place, rows)
    work.problems.extend(reading.problems)
    work.silently((*reading.causes, *analysis.root_causes(reading.failed)))
    if found is None and not reading.problems and entity not in analysis.unsound:
        work.report(PolicyNotRead(span=node.entity.span))
    return found


def _kind(world: World, need: Need, beside: Sequence[nodes.Expr], place: Place, rows: RowPlace) -> Kind:
    """The kind of what stands beside a property of the one who asks: it is of the same."""
    for other in beside:
        if _asks(other):
            continue
        found = row(Work(world, need), other, place, rows)
        if found is not None and found.type.kind not in {Kind.UNKNOWN, Kind.NULL}:
            return found.type.kind
    return Kind.TEXT


def _asks(node: nodes.Expr) -> bool:
    """Whether something is asked of the one who asks."""
    found: list[nodes.Name] = []

    def note(name: nodes.Name, _: Sequence[nodes.Expr]) -> nodes.Expr:
        found.append(name)
        return name

    _told(node, note)
    return bool(found)


Telling = Callable[[nodes.Name, Sequence[nodes.Expr]], nodes.Expr]


def _told(node: nodes.Expr, tell: Telling, beside: Sequence[nodes.Expr] = ()) -> nodes.Expr:
    """The condition with each property of the one who asks replaced, by what stands beside it."""

    def each(operands: Sequence[nodes.Expr]) -> tuple[nodes.Expr, ...]:
        others = [[o for o in operands if o is not one] or beside for one in operands]
        return tuple(_told(one, tell, other) for one, other in zip(operands, others, strict=True))

    match node:
        case nodes.Name(parts=(word, _)) if word == ASKER:
            return tell(node, beside)
        case nodes.Negation():
            return evolve(node, operand=_told(node.operand, tell, beside))
        case nodes.Not() | nodes.IsNull():
            return evolve(node, operand=_told(node.operand, tell))
        case nodes.Binary(operator="and" | "or"):
            return evolve(node, left=_told(node.left, tell), right=_told(node.right, tell))
        case nodes.Binary():
            left, right = (
                _told(one, tell, (other, *beside))
                for one, other in ((node.left, node.right), (node.right, node.left))
            )
            return evolve(node, left=left, right=right)
        case nodes.Comparison():
            first, *others = each([node.first, *(operand for _, operand in node.rest)])
            signs = [sign for sign, _ in node.rest]
            return evolve(node, first=first, rest=tuple(zip(signs, others, strict=True)))
        case nodes.Membership():
            operand, *items = each([node.operand, *node.items])
            return evolve(node, operand=operand, items=tuple(items))
        case nodes.Call():
            # What a define, or a function, is given beside a column is of that one's kind.
            named = [a.value for a in node.arguments if isinstance(a.value, nodes.Name)]
            return evolve(
                node,
                arguments=tuple(
                    evolve(a, value=_told(a.value, tell, [one for one in named if one is not a.value]))
                    for a in node.arguments
                ),
            )
        case _:
            return node
