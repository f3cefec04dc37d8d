"""Two levels: `agg(f per k)`, `count(entity having c)`, and `(f per k)` as a value of a row."""

from collections.abc import Callable, Sequence

from attrs import evolve

from metricdsl.analysis.calls import mismatch, wrong_number
from metricdsl.analysis.columns import key
from metricdsl.analysis.contexts import aggregates, push, read_words
from metricdsl.analysis.counted import named_in_full
from metricdsl.analysis.defines import argument_of, define_of, opened_argument, opened_keys, put_in
from metricdsl.analysis.find import Target
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.groupings import Asked, as_members_have_it
from metricdsl.analysis.sums import not_added
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.grain import NoKey
from metricdsl.diagnostics.problems.levels import AddedAgain, NoLevel
from metricdsl.diagnostics.problems.paths import TiedPaths
from metricdsl.model.calendar import GRAINS, grain_name
from metricdsl.model.formula import (
    Aggregate,
    Chosen,
    Constant,
    Detached,
    Domain,
    Expression,
    KeyPart,
    MemberKey,
    Members,
)
from metricdsl.model.parts import below, with_below
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import NUMBER, SHARE, Base, Form, Unit
from metricdsl.spi.defs import Mismatch, argument_types
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

Read = Callable[[nodes.Expr, Place], Result]
"""Reads a formula of groups."""


@frozen(eq=False)
class Level:
    """An argument with `per` or `having`: its formula, the keys, the condition, the other words, where it stands."""

    body: nodes.Expr
    per: nodes.Per | None
    having: nodes.Having | None
    rest: tuple[nodes.ContextWord, ...]
    place: Place


def level_of(work: Work, node: nodes.Expr, place: Place) -> Level | None:
    """The level that an argument makes, through parameters and defines; None where it makes none."""
    while True:
        match node:
            case nodes.Name() if (bound := argument_of(node, place)) is not None:
                node, place = bound.value, bound.place
            case nodes.Call() if not callable_by_name(work.world.registry, node.function):
                declared = define_of(work, node.function, place)
                if declared is None:
                    return None
                before = len(work.problems)
                bound = put_in(work, declared, node, place)
                del work.problems[before:]  # told where it is read
                if bound is None:
                    return None
                node, place = bound.value, bound.place
            case nodes.InContext():
                per = [w for w in node.words if isinstance(w, nodes.Per)]
                having = [w for w in node.words if isinstance(w, nodes.Having)]
                rest = tuple(w for w in node.words if not isinstance(w, nodes.Per | nodes.Having))
                if not per and not having:
                    return None
                seconds: list[nodes.Per | nodes.Having] = [*per[1:], *having[1:]]
                for twice in seconds:
                    _only_one(work, twice)
                return Level(node.body, per[0] if per else None, having[0] if having else None, rest, place)
            case _:
                return None


def members(work: Work, node: nodes.Call, level: Level, read: Read, choose: Read) -> Result:
    """`agg(f per k having c)`; `choose` reads a condition."""
    per = level.per
    assert per is not None, "whoever asks has seen it"
    body = read(level.body, level.place)
    having = None if level.having is None else choose(level.having.condition, level.place)
    if body is None or (level.having is not None and having is None):
        return None
    arguments: list[Expression] = []
    for argument in node.arguments[1:]:
        before = len(work.problems)
        found = None if argument.name or argument.distinct else read(argument.value, level.place)
        if not isinstance(found, Constant):
            del work.problems[before:]  # where it stands it is no formula, but what it means
            text = f"{node.function} of members takes constants behind the formula"
            all_keys = ", ".join([*map(flat, per.keys), flat(argument.value)])
            fix = f"several keys of `per` stand in parentheses: per ({all_keys})"
            if level_of(work, argument.value, level.place) is not None:
                text = f"{node.function} takes two values of a row, and members have one formula"
                fix = f"make each a dimension of the members' entity, as in `dimension … = {flat(level.body)}`, and take {node.function} of the two"
            work.report(WrongArguments(text=text, fix=fix, span=argument.span))
            return None
        arguments.append(found)
    named = opened_keys(per.keys, level.place)
    unnamed = next((key for key, _ in named if not isinstance(key, nodes.Name | nodes.Call)), None)
    if unnamed is not None:
        text = "a key of `per` is the name of an entity, a dimension or a grain"
        work.report(
            WrongArguments(
                text=text, fix=f"name one, as in {node.function}(… per account)", span=unnamed.span
            )
        )
        return None
    asked = [Asked(_said(k), grouping_of(k), where) for k, where in named]
    # The members' keys are looked for where these lead: what time is the own one, which way is gone, what is open.
    ways = tuple(word for word in level.rest if isinstance(word, nodes.At | nodes.While | nodes.Via))
    if ways:
        level = evolve(level, rest=tuple(word for word in level.rest if word not in ways))
        leading = read_words(work, ways, level.place)
        body = None if leading is None else push(work, body, leading)
        if body is None or leading is None:
            return None
        having = None if having is None else push(work, having, leading)
        if level.having is not None and having is None:
            return None
    body = with_level(work, body, asked)
    having = None if having is None else with_level(work, having, asked)
    if body is None or (level.having is not None and having is None):
        return None
    if not all_reached(work, asked, "formula", f"{node.function}(revenue per …)"):
        return None
    keys = tuple(MemberKey(name=g.name, type=g.type, grain=g.grain) for one in asked for g in one.groupings())
    opened = tuple(word for word in ways if isinstance(word, nodes.While))
    written = nodes.InContext(body=level.body, words=opened, span=level.body.span) if opened else level.body
    type_ = _type(work, node, written, body, arguments, keys, asked)
    if type_ is None:
        return None
    domains = _domains(work, per, asked) if per.every else ()
    if domains is None:
        return None
    made = Members(
        type=type_,
        span=node.span,
        function=node.function,
        body=body,
        keys=keys,
        arguments=tuple(arguments),
        having=having,
        every=per.every,
        domains=domains,
    )
    return _rest(work, made, level)


def all_reached(work: Work, asked: Sequence[Asked], part: str, example: str) -> bool:
    """Whether each key is one of some aggregate, which has the members; else that is reported.

    In `avg(total(tickets) per rep)` no part has a value of its own for each rep: who the reps are is said by no row.
    """
    for one in asked:
        if not one.types:
            text = f"nothing in the {part} has a value of its own for each {one.name}"
            fix = f"take a metric of each {one.name}, as in {example}"
            work.report(WrongArguments(text=text, fix=fix, span=one.node.span))
            return False
    return True


def _rest(work: Work, made: Expression, level: Level) -> Result:
    """The formula with the other words that stand behind its argument."""
    words = read_words(work, level.rest, level.place)
    return None if words is None else push(work, made, words)


@frozen(eq=False)
class Counted:
    """What stands before `having`: a name, as it stands and as the parameter there means it, and conditions behind it."""

    written: nodes.Name
    name: nodes.Name
    place: Place
    wheres: tuple[nodes.ContextWord, ...] = ()
    around: Place | None = None  # where the conditions stand


def counted_of(level: Level) -> Counted | None:
    """What `count(e having c)` counts: the name of an entity, perhaps in parentheses or an argument with conditions of its own."""
    body, place = opened_argument(level.body, level.place)
    written, wheres = level.body, tuple[nodes.ContextWord, ...]()
    around = place
    if isinstance(body, nodes.InContext) and all(isinstance(word, nodes.Where) for word in body.words):
        written, wheres = body.body, body.words
        body, place = opened_argument(written, place)
    if not isinstance(body, nodes.Name) or not isinstance(written, nodes.Name):
        return None
    return Counted(written, body, place, wheres, around)


def chosen(work: Work, node: nodes.Call, level: Level, counted: Counted, entity: str, choose: Read) -> Result:
    """`count(entity having c)`; `choose` reads a condition."""
    condition = level.having
    assert condition is not None, "whoever asks has seen it"
    header = work.world.headers[entity]
    name, where = counted.name, counted.place
    if not header.key:
        work.report(NoKey(entity=header.short, use="what is chosen by `having`", span=name.span))
        return None
    around = counted.around or level.place
    wheres = named_in_full(work, counted.wheres, around, entity, counted.written)
    rest = named_in_full(work, level.rest, level.place, entity, counted.written)
    having = choose(condition.condition, level.place)
    if having is None or rest is None or wheres is None:
        return None
    inner = evolve(level, rest=wheres, place=around)
    level = evolve(level, rest=rest)
    asked = [Asked(name.text, grouping_of(name), where, end=(header.short, entity))]
    before = len(work.problems)
    having = with_level(work, having, asked)
    _say_via(work, before, condition)
    parts = key(work, Target((), entity, None), name)
    if having is None or not parts:
        return None
    if not any(aggregates(having)):
        text = "the condition behind `having` looks at no metric"
        work.report(
            WrongArguments(text=text, fix="a condition on columns goes to `where`", span=condition.span)
        )
        return None
    if not all_reached(work, asked, "condition", f"count({name.text} having revenue > …)"):
        return None
    keys = tuple(MemberKey(name=g.name, type=g.type, grain=g.grain) for one in asked for g in one.groupings())
    made = Chosen(
        type=ValueType(Kind.INTEGER, Unit.of(Base("entity", header.name)), nullable=True),
        span=node.span,
        entity=entity,
        having=having,
        keys=keys,
        domains=(Domain(home=entity, keys=parts),),
    )
    chosen_of = _rest(work, made, inner) if counted.wheres else made
    return None if chosen_of is None else _rest(work, chosen_of, level)


def _say_via(work: Work, before: int, having: nodes.Having) -> None:
    """Of tied ways to what is counted the fix is `via`: in front of `having` stands the name of an entity."""
    for index, problem in enumerate(work.problems[before:], before):
        if isinstance(problem, TiedPaths):
            end = evolve(having.span, start=having.span.end)
            work.problems[index] = TiedPaths(
                name=problem.name, home=problem.home, paths=problem.paths, behind=end, span=problem.span
            )


def with_level(work: Work, expression: Expression, asked: Sequence[Asked]) -> Result:
    """The formula, each of its aggregates with its keys for one more level around it."""
    return _levelled(work, expression, asked, detached=False)


def _levelled(work: Work, expression: Expression, asked: Sequence[Asked], *, detached: bool) -> Result:
    if isinstance(expression, Aggregate):
        parts = _keys(work, expression, asked, detached=detached)
        return None if parts is None else evolve(expression, levels=(parts, *expression.levels))
    inside = detached or (isinstance(expression, Detached) and expression.over is None)
    found: list[Expression] = []
    for part in below(expression):
        one = _levelled(work, part, asked, detached=inside)
        if one is None:
            return None
        found.append(one)
    made = with_below(expression, tuple(found)) if found else expression
    if not isinstance(made, Members | Chosen):
        return made
    around = [tuple(p for one in asked for p in as_members_have_it(work, one, d)) for d in made.domains]
    domains = [evolve(d, levels=(p, *d.levels)) for d, p in zip(made.domains, around, strict=True)]
    return evolve(made, domains=tuple(domains))


def _keys(
    work: Work, aggregate: Aggregate, asked: Sequence[Asked], *, detached: bool
) -> tuple[KeyPart, ...] | None:
    """The keys of an aggregate; what has been detached from them need not reach them."""
    parts: list[KeyPart] = []
    for one in asked:
        before = len(work.problems)
        found: tuple[KeyPart, ...] | None = one.keys(work, aggregate)
        if found is None and detached:
            del work.problems[before:]
            one.forget()
            found = (None,) * max(1, len(one.types))
        if found is None:
            return None
        parts.extend(found)
    return tuple(parts)


def _said(key_: nodes.Expr) -> str:
    return (
        key_.text
        if isinstance(key_, nodes.Name)
        else key_.function
        if isinstance(key_, nodes.Call)
        else "key"
    )


def grouping_of(key_: nodes.Expr) -> nodes.Grouping:
    """A key of `per` as a grouping."""
    return nodes.Grouping(value=key_, text=_said(key_), span=key_.span)


def _type(
    work: Work,
    node: nodes.Call,
    written: nodes.Expr,
    body: Expression,
    arguments: Sequence[Expression],
    keys: tuple[MemberKey, ...],
    asked: Sequence[Asked],
) -> ValueType | None:
    """The type of an aggregation of members."""
    function = node.function
    definition = work.world.registry.aggregations[function]
    wrong = wrong_number(definition, 1 + len(arguments), node.span)
    if wrong is not None:
        work.report(wrong)
        return None
    if definition.by_time and not any(key.grain for key in keys):
        text = f"{function} needs members that follow one another in time"
        fix = f"take the members of a grain, as in {function}(m per day)"
        work.report(WrongArguments(text=text, fix=fix, span=node.span))
        return None
    wrong_sum = not_added(node, written, body, keys, work.world) if function == "sum" else None
    if wrong_sum is not None:
        work.report(wrong_sum)
        if not isinstance(wrong_sum, AddedAgain) or not wrong_sum.distinct:
            return None  # of distinct counts it may be taken back: pairs by their members
    share = body.type.unit == SHARE or body.type.unit.form in {Form.POINTS, Form.CHANGE}
    plain = evolve(body, type=evolve(body.type, unit=NUMBER)) if share else body
    found = definition.infer(argument_types((plain, *arguments)))
    if isinstance(found, Mismatch):
        work.report(mismatch(found, (body, *arguments), node.span))
        return None
    if share and function not in {"count", "variance"}:
        return evolve(found, unit=body.type.unit)
    if function == "count":
        entity = asked[0].end[1] if len(asked) == 1 and asked[0].end and asked[0].entity else None
        return evolve(found, unit=Unit() if entity is None else Unit.of(Base("entity", entity)))
    return found


def _domains(work: Work, per: nodes.Per, asked: Sequence[Asked]) -> tuple[Domain, ...] | None:
    """All members of each key that is an entity or a dimension; None where they are not known, or not of each other."""
    found: list[Domain] = []
    grains: list[str] = []
    at = 0
    for one in asked:
        keys = one.groupings()
        if keys and keys[0].grain is not None:
            grains.append(keys[0].grain)
        else:
            domain = _domain(work, per, one, at)
            if domain is None:
                return None
            found.append(domain)
        at += len(keys)
    if len(grains) > 1:
        text = f"`per every` takes one grain, and {' and '.join(map(grain_name, grains))} overlap"
        fix = f"take the shorter one alone: per every {grain_name(min(grains, key=GRAINS.index))}"
        work.report(WrongArguments(text=text, fix=fix, span=per.span))
        return None
    return tuple(found)


def _domain(work: Work, per: nodes.Per, one: Asked, at: int) -> Domain | None:
    """All members of a key that is an entity or a dimension."""
    if one.end is None or not isinstance(one.node.value, nodes.Name):
        text = f"`per every` takes entities, dimensions and grains by name, and {one.name} is none of these"
        fix = "make it a dimension of the entity, and name that"
        work.report(WrongArguments(text=text, fix=fix, span=per.span))
        return None
    header = work.world.headers[one.end[1]]
    role = one.node.value.parts[0]
    if one.entity:
        if not header.key:
            work.report(NoKey(entity=header.short, use="a member of `per`", span=per.span))
            return None
        return Domain(
            home=header.name, keys=key(work, Target((), header.name, None), one.node.value), at=at, role=role
        )
    found = one.member
    return None if found is None else Domain(home=header.name, keys=(found,), at=at, role=role)


def _only_one(work: Work, twice: nodes.Per | nodes.Having) -> None:
    """Report the second `per` or `having` of a formula."""
    if isinstance(twice, nodes.Per):
        text, fix = "a formula has one `per`", "name several keys in parentheses: per (customer, month)"
    else:
        text, fix = "a formula has one `having`", "join the conditions by `and`"
    work.report(WrongArguments(text=text, fix=fix, span=twice.span))


def no_level(work: Work, level: Level, span_of: nodes.Node, *, inside: str = "") -> None:
    """Report `per` or `having` where no aggregation stands around it."""
    word = level.per or level.having
    assert word is not None, "a level has one of them"
    key = ""
    if level.per is not None:
        key = ", ".join(map(flat, level.per.keys))
        key = f"{'every ' if level.per.every else ''}{key if len(level.per.keys) == 1 else f'({key})'}"
    work.report(
        NoLevel(
            word="per" if level.per else "having",
            key=key,
            inside=inside,
            body=flat(_inner(work, level)),
            alone=not (level.rest or level.having or level.place.defining),
            span=span_of.span,
        )
    )


def _inner(work: Work, level: Level) -> nodes.Expr:
    """What is to be made of members: of `avg(revenue) per rep` the metric inside, since a metric has one value for each already."""
    body = level.body
    if (
        isinstance(body, nodes.Call)
        and len(body.arguments) == 1
        and body.function in work.world.registry.aggregations
    ):
        inside = body.arguments[0].value
        if isinstance(inside, nodes.Name) and not body.arguments[0].distinct:
            found = work.world.directory.lookup(level.place.scope, inside.parts)
            if isinstance(found, tuple) and found[0].sort == "metric":
                return inside
    return body
