"""`per` and `having`: the members of an entity, a dimension or a grain, and what is asked of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cmp_to_key
from itertools import product

from metricdsl.syntax import nodes
from metricdsl.testing.reference.aggregates import different, folded
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate, Inner, Part
from metricdsl.testing.reference.groups import Key, candidates, cells_of, in_time_order, somewhere
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope
from metricdsl.testing.reference.time_functions import normed
from metricdsl.testing.reference.values import Refused, Row, Value, ordered, true

OVER_MEMBERS = (
    *("count", "sum", "avg", "min", "max", "median", "percentile", "stddev", "variance", "first", "last"),
    "approx_count_distinct",
)


@dataclass(frozen=True, eq=False)
class PerMember:
    """`agg(f per μ having c)` as written, where `every` adds the members without rows."""

    function: str
    formula: nodes.Expr
    scope: Scope
    parts: tuple[Part, ...]
    every: bool
    having: tuple[nodes.Expr, ...]
    distinct: bool
    position: Value


@dataclass(frozen=True, eq=False)
class CountHaving:
    """`count(e where p having c)` as written: `rows` counts e's rows, without a time."""

    rows: Aggregate
    name: nodes.Name
    named: Scope  # where the name is written
    scope: Scope
    having: tuple[nodes.Expr, ...]


def per_member(meaning: Formulas, call: nodes.Call, scope: Scope) -> PerMember | None:
    """What an aggregate's call says if its argument has `per`; None if it has not."""
    opened = meaning.world.opened(call.arguments[0].value, scope) if call.arguments else None
    if opened is None or isinstance(opened, Constant) or not isinstance(opened[0], nodes.InContext):
        return None
    written, inner = opened
    assert isinstance(written, nodes.InContext)
    pers = [w for w in written.words if isinstance(w, nodes.Per)]
    if not pers:
        return None
    if len(pers) > 1:
        raise Refused("`per` twice: put parentheses around the inner one, and an aggregate")
    if call.function not in OVER_MEMBERS or any(a.name for a in call.arguments):
        raise Refused(f"{call.function} is not taken over members")
    position: Value = Fraction(1, 2) if call.function == "median" else None
    if call.function == "percentile":
        if len(call.arguments) != 2:
            raise Refused("percentile(f per x, 90%)")
        position = meaning.fixed(call.arguments[1].value, scope)
    found = parts_of_per(meaning, call.function, written, inner)
    if call.function in {"first", "last"} and not any(in_time_order(p) for p in found.parts):
        raise Refused(f"{call.function} needs members in the order of time")
    distinct = call.arguments[0].distinct or call.function == "approx_count_distinct"
    return replace(found, distinct=distinct, position=position)


def parts_of_per(meaning: Formulas, function: str, written: nodes.InContext, inner: Scope) -> PerMember:
    """What `f per μ having c` says."""
    (per,) = (w for w in written.words if isinstance(w, nodes.Per))
    words = tuple(w for w in written.words if not isinstance(w, nodes.Per | nodes.Having))
    return PerMember(
        function=function,
        formula=without(written, nodes.Per, nodes.Having),
        scope=inner,
        parts=tuple(Part(*key) for key in meaning.world.opened_keys(per.keys, inner)),
        every=per.every,
        having=tuple(
            _with(words, w.condition, written) for w in written.words if isinstance(w, nodes.Having)
        ),
        distinct=False,
        position=None,
    )


def without(written: nodes.InContext, *kinds: type[nodes.ContextWord]) -> nodes.Expr:
    """A formula without some of its words of context."""
    words = tuple(w for w in written.words if not isinstance(w, kinds))
    return nodes.InContext(span=written.span, body=written.body, words=words) if words else written.body


# ---------------------------------------------------------------- agg(f per μ)


def members(
    meaning: Formulas, asked: PerMember, context: Context, *, stripped: bool = False
) -> Iterator[Key]:
    """M(f, μ, C): the k without a null part in which f is there and lives, and of which the condition is true."""
    inner = context.then(Inner(nests=not stripped))
    for key in candidates(meaning, [(asked.formula, asked.scope)], inner, asked.parts):
        if _has_null(key):
            continue
        at = inner.into(asked.parts, key)
        there = meaning.exists(asked.formula, asked.scope, at, stripped=stripped) and meaning.live(
            asked.formula, asked.scope, at
        )
        if there and _selected(meaning, asked, at):
            yield key


def _has_null(key: Key) -> bool:
    return any(v is None or (isinstance(v, tuple) and _has_null(v)) for v in key)


def _selected(meaning: Formulas, asked: PerMember, at: Context) -> bool:
    return all(true(meaning.value(c, asked.scope, at)) for c in asked.having)


def per_value(meaning: Formulas, asked: PerMember, context: Context) -> Value:
    """⟦agg(f per μ)⟧C: the fold over M, in the order of time, nulls skipped."""
    if meaning.unobserved(asked.formula, asked.scope, context):
        return None
    keys = all_keys(meaning, asked, context)
    first = [i for i, p in enumerate(asked.parts) if in_time_order(p)]
    places = [*first, *(i for i in range(len(asked.parts)) if i not in first)]

    def compared(a: Key, b: Key) -> int:
        return ordered([a[i] for i in places], [b[i] for i in places])

    inner = context.then(Inner())
    values = [
        meaning.value(asked.formula, asked.scope, inner.into(asked.parts, k))
        for k in sorted(keys, key=cmp_to_key(compared))
    ]
    known = [v for v in values if v is not None]
    return folded(asked.function, known, asked.position, distinct=asked.distinct)


def all_keys(meaning: Formulas, asked: PerMember, context: Context) -> list[Key]:
    """M(f, μ, C), with `every` all members of μ."""
    return _every(meaning, asked, context) if asked.every else list(members(meaning, asked, context))


def _for_some(meaning: Formulas, asked: PerMember, context: Context) -> Context:
    return context.then(Inner()).into(asked.parts, somewhere(asked.parts, meaning.settings))


def per_leaves(meaning: Formulas, asked: PerMember, context: Context) -> Iterator[tuple[Aggregate, Context]]:
    yield from meaning.leaves(asked.formula, asked.scope, _for_some(meaning, asked, context))


# ---------------------------------------------------------------- per every


def _every(meaning: Formulas, asked: PerMember, context: Context) -> list[Key]:
    """All members of μ, with or without rows, that the condition is true of."""
    inner = context.then(Inner())
    choices = [_all_of(meaning, asked, part, inner) for part in asked.parts]
    keys = [k for k in product(*choices) if not _has_null(k)]
    return [k for k in keys if _selected(meaning, asked, inner.into(asked.parts, k))]


def _all_of(meaning: Formulas, asked: PerMember, part: Part, context: Context) -> Sequence[Value]:
    """All values of one part: cells of norm per(C) up to today; the values in rows that F and G allow."""
    if part.grain is not None:
        per = meaning.per(asked.formula, asked.scope, context)
        if per is None or per.null:
            return []
        alone = replace(asked, parts=(part,), every=False, having=())
        first = None
        if per.start is None:
            found = [k[0] for k in members(meaning, alone, context)]
            first = min(found, key=lambda c: c.start, default=None)
        return cells_of(normed(per, meaning.settings), first, part.grain, meaning.settings)
    if not isinstance(part.formula, nodes.Name):
        raise Refused("`per every` takes entities, dimensions and grains by name")
    name, written = part.formula, part.scope
    leaf = next((a for a, _ in meaning.leaves(asked.formula, asked.scope, context)), None)
    if leaf is None:
        raise Refused("`per every` of a constant")
    column = meaning.located(leaf, name, written)
    counted = _counting(column.entity, context)
    rows = allowed(meaning, counted, context, _as_entity(name, column))
    own = replace(column, home=column.entity, path=())
    return different([meaning.data.column(own, row) for row in rows])


def _as_entity(name: nodes.Name, column: Column) -> Mapping[str, tuple[nodes.Expr, Scope]]:
    """The role that a name starts with, `owner`, as the entity it leads to: `owner.team` is then the entity's `team`."""
    entity = column.entity
    as_name = nodes.Name(span=name.span, parts=(entity.name,))
    return (
        {name.parts[0]: (as_name, entity.scope)}
        if column.path and column.path[-1].name == name.parts[0]
        else {}
    )


def _counting(entity: Entity, context: Context) -> Aggregate:
    return Aggregate("count", entity, None, entity.scope, (), context.via, None)


def allowed(
    meaning: Formulas,
    counted: Aggregate,
    context: Context,
    roles: Mapping[str, tuple[nodes.Expr, Scope]] | None = None,
) -> list[Row]:
    """The rows of an entity that meet its own `where`, and those of F and G that it reaches; no time is tested."""

    def here(scope: Scope) -> Scope:
        return replace(scope, bindings={**scope.bindings, **roles}) if roles else scope

    conditions = [(c, here(s)) for c, s in context.conditions if meaning.reaches(counted, c, here(s))]
    coordinates = [
        replace(c, scope=here(c.scope))
        for c in meaning.seen(counted, context, timed=False).coordinates
        if meaning.reaches(counted, c.formula, here(c.scope))
    ]
    return [
        row
        for row in meaning.data.rows(counted.home)
        if all(true(meaning.inside(counted, c, s, row)) for c, s in counted.where)
        and all(true(meaning.outside(counted, c, s, row)) for c, s in conditions)
        and all(c.holds(meaning.outside(counted, c.formula, c.scope, row)) for c in coordinates)
    ]


# ---------------------------------------------------------------- count(e having c)


def count_having(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> CountHaving | None:
    """What `count` says if its argument has `having`; None if it has not."""
    opened = meaning.world.opened(call.arguments[0].value, scope) if call.arguments else None
    if opened is None or isinstance(opened, Constant) or not isinstance(opened[0], nodes.InContext):
        return None
    written, inner = opened
    assert isinstance(written, nodes.InContext)
    if not any(isinstance(w, nodes.Having) for w in written.words):
        return None
    rest = without(written, nodes.Having, nodes.At, nodes.While, nodes.Via, nodes.As)
    # What the rows are chosen by is `where`; the other words are of what is asked of each.
    words = tuple(w for w in written.words if not isinstance(w, nodes.Where | nodes.Having))
    name: nodes.Expr = rest
    while isinstance(name, nodes.InContext):
        name = name.body
    counts = nodes.Call(
        span=call.span,
        function=call.function,
        function_span=call.function_span,
        arguments=(nodes.Argument(span=call.span, value=rest),),
    )
    if call.function != "count" or call.arguments[0].distinct or not isinstance(name, nodes.Name):
        raise Refused("`having` selects the members of `per`, or what count(entity …) counts")
    counted = meaning.world.opened(name, inner)
    while not isinstance(counted, Constant) and isinstance(counted[0], nodes.InContext):
        counted = meaning.world.opened(counted[0].body, counted[1])
    if isinstance(counted, Constant) or not isinstance(counted[0], nodes.Name):
        raise Refused("count(entity having …)")
    counted_name, named = counted[0], counted[1]
    found = meaning.aggregate(counts, inner, replace(context, at=None))  # its time is not tested
    if found.argument is not None:
        raise Refused("count(entity having …)")
    having = tuple(_with(words, w.condition, written) for w in written.words if isinstance(w, nodes.Having))
    return CountHaving(replace(found, time=None, stock=None, open=None), counted_name, named, inner, having)


def _with(
    words: tuple[nodes.ContextWord, ...], condition: nodes.Expr, written: nodes.InContext
) -> nodes.Expr:
    return nodes.InContext(span=written.span, body=condition, words=words) if words else condition


def _each(meaning: Formulas, asked: CountHaving, context: Context) -> Iterator[Context]:
    """C + k for each row k that e has in C."""
    for row in allowed(meaning, asked.rows, context):
        key = meaning.data.key(asked.rows.home, row)
        if not _has_null(key):
            value = key[0] if len(key) == 1 else key
            yield context.then(Coordinate(asked.name, asked.named, value))


def having_value(meaning: Formulas, asked: CountHaving, context: Context) -> Value:
    """|{ k : k a row of R(e) that meets those of F and G that e reaches, ⟦c⟧(C+k) true }|."""
    if any(meaning.not_yet(a, c) for a, c in having_leaves(meaning, asked, context)):
        return None
    return Fraction(
        sum(
            all(true(meaning.value(c, asked.scope, at)) for c in asked.having)
            for at in _each(meaning, asked, context)
        )
    )


def having_exists(meaning: Formulas, asked: CountHaving, context: Context, *, stripped: bool) -> bool:
    """∃k. E(c, C+k) ∧ live(c, C+k)."""
    return any(
        meaning.exists(c, asked.scope, at, stripped=stripped) and meaning.live(c, asked.scope, at)
        for at in _each(meaning, asked, context)
        for c in asked.having
    )


def having_leaves(
    meaning: Formulas, asked: CountHaving, context: Context
) -> Iterator[tuple[Aggregate, Context]]:
    at = context.then(Coordinate(asked.name, asked.named))
    for condition in asked.having:
        yield from meaning.leaves(condition, asked.scope, at)
