"""Functions that run on a result: of values, and of all members of `per` at once. What they do is told by whoever asks."""

from collections.abc import Iterator
from functools import cmp_to_key

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aggregate, Context, Inner
from metricdsl.testing.reference.groups import Key
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.members import PerMember, all_keys, members, parts_of_per, per_leaves
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.values import Value, ordered


def value(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Value:
    """⟦f(a, b per μ)⟧C = f(⟦a⟧C, { (k, ⟦b⟧(C+k)) : k ∈ M(b, μ, C) }); null of a null, and of no members."""
    given: list[object] = []
    for argument in call.arguments:
        asked = series_of(meaning, argument.value, scope)
        one = (
            meaning.value(argument.value, scope, context)
            if asked is None
            else _members(meaning, asked, context)
        )
        if one is None or one == []:
            return None
        given.append(one)
    return dict(meaning.settings.functions)[call.function](given)


def exists(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context, *, stripped: bool) -> bool:
    """E(f(…), C): whether one of its values or members has a row."""
    for argument in call.arguments:
        asked = series_of(meaning, argument.value, scope)
        if asked is None:
            if meaning.exists(argument.value, scope, context, stripped=stripped):
                return True
        elif any(True for one in asked for _ in members(meaning, one, context, stripped=stripped)):
            return True
    return False


def leaves(
    meaning: Formulas, call: nodes.Call, scope: Scope, context: Context
) -> Iterator[tuple[Aggregate, Context]]:
    for argument in call.arguments:
        asked = series_of(meaning, argument.value, scope)
        if asked is None:
            yield from meaning.leaves(argument.value, scope, context)
        else:
            for one in asked:
                yield from per_leaves(meaning, one, context)


def series_of(meaning: Formulas, argument: nodes.Expr, scope: Scope) -> list[PerMember] | None:
    """The formulas of an argument with `per`, each with its members; None where it has none."""
    opened = meaning.world.opened(argument, scope)
    if isinstance(opened, Constant) or not isinstance(opened[0], nodes.InContext):
        return None
    written, inner = opened
    assert isinstance(written, nodes.InContext)
    if not any(isinstance(w, nodes.Per) for w in written.words):
        return None
    items = written.body.items if isinstance(written.body, nodes.Group) else (written.body,)
    return [parts_of_per(meaning, "count", _of(written, item), inner) for item in items]


def _of(written: nodes.InContext, body: nodes.Expr) -> nodes.InContext:
    return nodes.InContext(span=written.span, body=body, words=written.words)


def _members(meaning: Formulas, asked: list[PerMember], context: Context) -> list[tuple[Key, list[Value]]]:
    """The members of which some formula has a row, in order, with the value of each formula."""
    found: dict[Key, None] = {}
    for one in asked:
        found.update(dict.fromkeys(all_keys(meaning, one, context)))

    def compared(one: Key, other: Key) -> int:
        return ordered(list(one), list(other))

    inner = context.then(Inner())
    keys = sorted(found, key=cmp_to_key(compared))
    return [
        (key, [meaning.value(one.formula, one.scope, inner.into(one.parts, key)) for one in asked])
        for key in keys
    ]
