"""`by top(d, n, by: m)`: the n best of a dimension, and all others together.

K = { v : v not null, E(m, C0 + d=v), ⟦m⟧(C0 + d=v) not null }, best first by ⟦m⟧ (the greatest, the least where lower is better), then by v
upwards; the best are its first n. A group by it is C + d=v for one of them, or C + (d null or not one of them): all others.
"""

from collections.abc import Sequence
from functools import cmp_to_key

from metricdsl.syntax import nodes
from metricdsl.testing.reference import withholding
from metricdsl.testing.reference.context import Context, Part
from metricdsl.testing.reference.groups import candidates, in_time_order
from metricdsl.testing.reference.metrics import Meaning
from metricdsl.testing.reference.names import Scope
from metricdsl.testing.reference.totals import lower_is_better
from metricdsl.testing.reference.values import Refused, Value, order


def part_of(meaning: Meaning, grouping: nodes.Grouping, scope: Scope, named: Scope, context: Context) -> Part:
    """A grouping of a question; `named` is the scope in which its columns have their names."""
    call = grouping.value
    if not isinstance(call, nodes.Call) or call.function != "top" or meaning.world.defined(call, scope):
        return Part(call, scope)
    names = [a.name for a in call.arguments]
    number = call.arguments[1].value if len(names) == 3 else None
    if names != [None, None, "by"] or not isinstance(number, nodes.Number) or number.value < 1:
        raise Refused("top(d, n, by: m)")
    part = Part(call.arguments[0].value, scope)
    if in_time_order(part):
        raise Refused("all other periods are no period")
    found = _in_order(meaning, part, call.arguments[2].value, named, context)
    return Part(part.formula, scope, tuple(found[: int(number.value)]))


def _in_order(meaning: Meaning, part: Part, by: nodes.Expr, scope: Scope, context: Context) -> list[Value]:
    """K in its order."""
    least = withholding.minimum(meaning, by, scope)
    known: list[tuple[Value, Value]] = []
    for (member,) in candidates(meaning, [(by, scope)], context, [part]):
        at = context.into([part], [member])
        if member is None or (isinstance(member, tuple) and None in member):
            continue
        if any(0 < n < least for n in withholding.reads(meaning, by, scope, at)):
            continue  # its place would tell of a result that is withheld
        value = meaning.value(by, scope, at) if meaning.exists(by, scope, at) else None
        if value is not None:
            known.append((value, member))
    upwards = lower_is_better(meaning, by, scope)

    def compared(a: tuple[Value, Value], b: tuple[Value, Value]) -> int:
        return order(a[0], b[0], descending=not upwards) or _by_key(a[1], b[1])

    return [member for _, member in sorted(known, key=cmp_to_key(compared))]


def _by_key(a: Value, b: Value) -> int:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return next((found for x, y in zip(a, b, strict=True) if (found := order(x, y))), 0)
    return order(a, b)


def place(parts: Sequence[Part], index: int, value: Value) -> Value:
    """What a value of a grouping is put in order by: its place among the best, else itself."""
    best = parts[index].best if index < len(parts) else None
    if best is None or value is None:
        return value
    return best.index(value)
