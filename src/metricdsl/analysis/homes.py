"""Whose rows an aggregate reads: the one entity named in it from which all others are reached."""

from collections.abc import Sequence

from attrs import define, field

from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.defines import argument_of, define_of, put_in
from metricdsl.analysis.directory import Clash
from metricdsl.analysis.find import means, possible
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.other_packages import brought_in, declared_elsewhere, unknown_in_package
from metricdsl.analysis.walk import parts
from metricdsl.analysis.world import Place, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.aggregation import MetricInsideAggregate, NoSingleHome
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.formulas import TooManyLevels
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.model.entity import Role
from metricdsl.source import Span
from metricdsl.syntax import nodes

Written = tuple[nodes.Expr, Place]


@define
class Mentioned:
    """The entities that formulas name, in order, each with the one word of it where it has only been named by one; other
    names; whether a broken one is among them.
    """

    entities: dict[str, str | None] = field(factory=dict)
    others: list[nodes.Name] = field(factory=list)
    metrics: list[nodes.Name] = field(factory=list)
    clashes: list[AmbiguousName] = field(factory=list)
    lost: bool = False


def home_of(work: Work, formulas: Sequence[Written], span: Span, function: str) -> str | None:
    """The home of an aggregate made of these formulas."""
    mentioned = Mentioned()
    for node, place in formulas:
        _mention(work, node, place, mentioned, 0)
    named = tuple(mentioned.entities)
    if len(named) == 1:
        return named[0]
    if mentioned.clashes and not named:
        work.problems.extend(mentioned.clashes)
        return None
    if mentioned.lost:
        return None
    world = work.world
    if not named:
        _no_entity(work, mentioned, span, function, formulas)
        return None
    dotted = tuple(entity for entity, word in mentioned.entities.items() if word is None)
    reaching = _reaching(work, dotted, mentioned) or _reaching(work, named, mentioned)
    if len(reaching) == 1:
        return reaching[0]
    shorts = tuple(world.headers[e].short for e in named)
    work.report(NoSingleHome(entities=shorts, values=function == "values", span=span))
    return None


def _reaching(work: Work, candidates: Sequence[str], mentioned: Mentioned) -> list[str]:
    """Those from which all that is named is reached; one word alone may be a column that is called as an entity."""
    world = work.world
    return [
        home
        for home in candidates
        if all(
            entity in world.paths.reach(home).entities or word in world.headers[home].columns()
            for entity, word in mentioned.entities.items()
        )
    ]


def _no_entity(
    work: Work, mentioned: Mentioned, span: Span, function: str, formulas: Sequence[Written]
) -> None:
    """Report an aggregate that names no entity, by what it may mean."""
    world = work.world
    if mentioned.metrics:
        name = mentioned.metrics[0]
        if function == "values":
            expected = "a dimension of an entity"
            work.report(WrongSortOfName(name=name.text, sort="metric", expected=expected, span=name.span))
            return
        fix = f"say {name.text} alone, or take it for each member: {function}({name.text} per …)"
        shown = fix if function in work.world.registry.aggregations else ""
        work.report(MetricInsideAggregate(name=name.text, function=function, fix=shown, span=name.span))
        return
    missing = [problem for _, place in formulas for problem in place.scope.missing]
    if missing:
        work.silently(missing)
        return
    for name in mentioned.others:
        holders = [
            h for h in world.headers.values() if h.declared.sort == "entity" and name.parts[0] in h.columns()
        ]
        scope = formulas[0][1].scope
        if unknown_in_package(work, name, scope, "entity", "segment", "param"):
            return
        if name.parts == ("today",):  # a day: what is missing is an entity
            continue
        others = declared_elsewhere(world.directory, scope, name.parts[0], "entity")
        if len(name.parts) > 1 or (not holders and (others or name.parts[0] not in world.paths.joins)):
            meant = (
                (c, *name.parts[1:]) for c in near(name.parts[0], world.directory.visible(scope, "entity"))
            )
            offered = possible(work, name, meant, formulas[0][1], RowPlace(None, bare=False))
            if not offered and len(name.parts) == 1:
                offered = near(name.text, world.directory.visible(scope, "metric"))
            hint = ""
            if bare_grain(name) is not None:
                hint = f"The members of `per {name.text}` are put together by one aggregate, as in `max(revenue per {name.text})`."
            full = () if offered or hint else others
            offered = offered or tuple(".".join((one, *name.parts[1:])) for one in full)
            hint = hint or brought_in(full, scope)
            if function == "values" and not offered and not hint:
                hint = f"`values` takes dimensions of one entity, as in `values {_a_dimension(work)}`."
            work.report(UnknownName(name=name.parts[0], near=offered, hint=hint, span=name.span))
            return
        suggestions = tuple(f"{h.short}.{name.text}" for h in holders[:3])
        work.report(NoSingleHome(entities=(), suggestions=suggestions, span=name.span))
        return
    work.report(NoSingleHome(entities=(), span=span))


def _mention(work: Work, node: nodes.Expr, place: Place, found: Mentioned, level: int) -> None:
    """Collect the names of a formula, those of arguments and defines too."""
    if level > 400:
        return  # too deep to be right: the reading that follows says so
    level += 1
    match node:
        case nodes.Name():
            bound = argument_of(node, place)
            if bound is not None:
                _mention(work, bound.value, bound.place, found, level)
                return
            _mention_name(work, node, place, found)
        case nodes.Call():
            _mention_call(work, node, place, found, level)
        case nodes.InContext(words=words) if any(isinstance(word, nodes.Per) for word in words):
            for word in words:  # a value of the row: its formula has rows of its own
                for key in word.keys if isinstance(word, nodes.Per) else ():
                    _mention(work, key, place, found, level)
        case _:
            for part in parts(node):
                _mention(work, part, place, found, level)


def _mention_name(work: Work, node: nodes.Name, place: Place, found: Mentioned) -> None:
    declared = work.world.directory.lookup(place.scope, node.parts)
    if declared is None:
        found.others.append(node)
    elif isinstance(declared, Clash):
        first, *rest = node.parts
        at = RowPlace(None, bare=False)
        fitting = tuple(c for c in declared.candidates if means(work, node, (c, *rest), place, at))
        found.clashes.append(
            AmbiguousName(
                name=first,
                candidates=declared.candidates,
                rest=".".join(rest),
                fitting=fitting,
                span=node.span,
            )
        )
    elif declared[0].sort == "entity":
        word = node.parts[0] if len(node.parts) == 1 else None
        known = found.entities.setdefault(declared[0].name, word)
        if known != word:
            found.entities[declared[0].name] = None
    elif declared[0].sort == "broken":
        work.lost(declared[0].name)
        found.lost = True
    elif declared[0].sort == "metric":
        found.metrics.append(node)


def _mention_call(work: Work, node: nodes.Call, place: Place, found: Mentioned, level: int) -> None:
    if not callable_by_name(work.world.registry, node.function):
        declared = define_of(work, node.function, place)
        if declared is not None:
            kept = len(work.problems)
            bound = put_in(work, declared, node, place)
            if bound is not None:
                _mention(work, bound.value, bound.place, found, level)
                return
            # the reading that follows reports all but this: it puts in no more
            work.problems[kept:] = [p for p in work.problems[kept:] if isinstance(p, TooManyLevels)]
            found.lost = True
    for part in parts(node):
        _mention(work, part, place, found, level)


def _a_dimension(work: Work) -> str:
    """A dimension, to show how one is named."""
    every = (
        f"{header.short}.{name}"
        for header in work.world.headers.values()
        if header.declared.sort == "entity"
        for name, column in header.stored.items()
        if column.role is Role.DIMENSION
    )
    return next(every, "order.status")
