"""Conversions: which rows of one entity are followed, in time, by rows of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cmp_to_key

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aggregate, Context
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Scope
from metricdsl.testing.reference.values import (
    Duration,
    Months,
    Refused,
    Row,
    Value,
    compare,
    midnight,
    moved,
    ordered,
    same,
    true,
)

CONVERSIONS = ("conversion", "conversions")


@dataclass(frozen=True, eq=False)
class Conversion:
    """`conversion(a, b, by: e, within: d, credit: c)` as written."""

    a: Aggregate
    b: Aggregate
    by: tuple[nodes.Expr, ...]
    scope: Scope
    within: Duration | Months
    credit: str


def conversion(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Conversion:
    """The conversion that a call asks for."""
    entities = [a.value for a in call.arguments if a.name is None]
    named = {a.name: a.value for a in call.arguments if a.name is not None}
    if len(entities) != 2 or "by" not in named or set(named) - {"by", "within", "credit"}:
        raise Refused(f"{call.function}(a, b, by: e, within: 30 days)")
    if "within" not in named:
        raise Refused(f"{call.function} needs its window: within")
    window = meaning.fixed(named["within"], scope)
    if not isinstance(window, Duration | Months):
        raise Refused("within is a length of time")
    credit = named.get("credit")
    chosen = credit.text if isinstance(credit, nodes.Name) else "last"
    if chosen not in {"last", "first", "every"}:
        raise Refused("credit is last, first or every")
    by = named["by"]
    a = _counted(meaning, entities[0], scope, context, call)
    b = _counted(meaning, entities[1], scope, Context(), call)
    return Conversion(a, b, by.items if isinstance(by, nodes.Group) else (by,), scope, window, chosen)


def _counted(
    meaning: Formulas, entity: nodes.Expr, scope: Scope, context: Context, call: nodes.Call
) -> Aggregate:
    counted = nodes.Call(
        span=call.span,
        function="count",
        function_span=call.function_span,
        arguments=(nodes.Argument(span=call.span, value=entity),),
    )
    found = meaning.aggregate(counted, scope, context)
    if found.argument is not None or found.time is None:
        raise Refused(f"{call.function} is of two entities, each with a time")
    return found


def value(meaning: Formulas, asked: Conversion, context: Context, *, rate: bool) -> Value:
    """|{a ∈ A : conv(a), mature(a)}| / |{a ∈ A : mature(a)}|, or its numerator; A = rows(a, C)."""
    mature = [r for r in meaning.rows(asked.a, context) if _mature(meaning, asked, r)]
    followed = _converted(meaning, asked)
    converted = sum(1 for r in mature if id(r) in followed)
    if not rate:
        return Fraction(converted)
    return Fraction(converted, len(mature)) if mature else None


def _mature(meaning: Formulas, asked: Conversion, row: Row) -> bool:
    """a.time + window < today, its midnight."""
    at = _time(meaning, asked.a, row)
    return at is not None and midnight(moved(at, asked.within)) < midnight(meaning.settings.today)


def _converted(meaning: Formulas, asked: Conversion) -> set[int]:
    """conv(a): the a's that some b is credited to, among all a's, whatever is filtered or grouped."""
    every_a = _in_order(meaning, asked.a)
    credited: set[int] = set()
    for b in _in_order(meaning, asked.b):
        able = [a for a in every_a if _takes(meaning, asked, a, b)]
        chosen = {"last": able[-1:], "first": able[:1], "every": able}[asked.credit]
        credited.update(id(a) for a in chosen)
    return credited


def _takes(meaning: Formulas, asked: Conversion, a: Row, b: Row) -> bool:
    """The same e, and a.time ≤ b.time ≤ a.time + window; of the same entity b later in the order (time, key)."""
    for e in asked.by:
        whose = _whose(meaning, asked.a, e, asked.scope, a)
        if whose is None or not same(whose, _whose(meaning, asked.b, e, asked.scope, b)):
            return False
    start, end = _time(meaning, asked.a, a), _time(meaning, asked.b, b)
    if start is None or end is None or end > midnight(moved(start, asked.within)):
        return False
    if compare(start, "<=", end) is not True:
        return False
    if asked.a.home is asked.b.home:
        return ordered(_place(meaning, asked.a, a), _place(meaning, asked.b, b)) < 0
    return True


def _in_order(meaning: Formulas, aggregate: Aggregate) -> Sequence[Row]:
    """All rows that pass the entity's own `where` here, in the order time, then key; without a time they take no part."""
    rows = [
        r
        for r in meaning.data.rows(aggregate.home)
        if all(true(meaning.inside(aggregate, c, s, r)) for c, s in aggregate.where)
        and _time(meaning, aggregate, r) is not None
    ]

    def compared(p: Row, q: Row) -> int:
        return ordered(_place(meaning, aggregate, p), _place(meaning, aggregate, q))

    return sorted(rows, key=cmp_to_key(compared))


def _time(meaning: Formulas, aggregate: Aggregate, row: Row) -> datetime | None:
    assert aggregate.time is not None
    moment = meaning.data.moment(aggregate.time, row)
    return None if moment is None else midnight(moment)


def _place(meaning: Formulas, aggregate: Aggregate, row: Row) -> tuple[Value, ...]:
    return (_time(meaning, aggregate, row), *meaning.data.key(aggregate.home, row))


def _whose(meaning: Formulas, side: Aggregate, e: nodes.Expr, scope: Scope, row: Row) -> Value:
    """The e of a row: an entity or a dimension that it reaches, else a column of that name."""
    try:
        return meaning.outside(side, e, scope, row)
    except Refused:
        return meaning.inside(side, e, scope, row)
