"""What a result accounts for: of each aggregate a of its columns all rows of R(home a), each in one of five parts.

left out: F or a's own `where` is false;  unknown: none is false, one is null;  read: r ∈ rows(a, C) for some context C in which a is evaluated;
without time: time_a(r) is null;  outside: all others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metricdsl.syntax import nodes
from metricdsl.testing.reference import conversion, members, totals
from metricdsl.testing.reference.context import Aggregate, Context, Inner, Moved, Part
from metricdsl.testing.reference.conversion import CONVERSIONS
from metricdsl.testing.reference.formulas import parts_of
from metricdsl.testing.reference.groups import candidates, somewhere
from metricdsl.testing.reference.metrics import Meaning
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.period_words import is_period_word
from metricdsl.testing.reference.query import asked_of
from metricdsl.testing.reference.rows import AGGREGATES
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS
from metricdsl.testing.reference.values import Refused, Row, Settings, Table


@dataclass(frozen=True)
class Account:
    """The parts of one aggregate; `written` is where it stands, `groups` its dimensions with how many rows read have no match,
    and how many are null besides.
    """

    written: Any
    rows: int
    left_out: int
    unknown: int
    without_time: int
    outside: int
    read: int
    without_value: int
    without_rate: int
    groups: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, eq=False)
class _Used:
    """An aggregate, where it is written, the contexts that it is evaluated in, and what these group by."""

    aggregate: Aggregate
    written: nodes.Call
    some: Context
    contexts: Sequence[Context]
    parts: Sequence[tuple[str, Part]]


def accounts(
    documents: Sequence[nodes.Document], query: nodes.Query, tables: Mapping[str, Table], settings: Settings
) -> list[Account]:
    """The accounts of a query."""
    asked = asked_of(documents, query, tables, settings)
    meaning = asked.meaning
    names = [g.name if g.name is not None else g.text for g in query.by]
    found: list[Account] = []
    for column in asked.columns:
        formulas = [(column.value, asked.scope)]
        keys = candidates(meaning, formulas, asked.start, asked.parts) if asked.parts else [()]
        some = asked.start.into(asked.parts, somewhere(asked.parts, meaning.settings))
        contexts = [asked.context(key) for key in keys]
        parts = list(zip(names, asked.parts, strict=True))
        used = _used(meaning, column.value, asked.scope, some, contexts, parts)
        found += [_account(meaning, one) for one in used]
    return found


def _used(
    meaning: Meaning,
    formula: nodes.Expr,
    scope: Scope,
    some: Context,
    contexts: Sequence[Context],
    parts: Sequence[tuple[str, Part]],
) -> Iterator[_Used]:
    """The aggregates of a formula, with all contexts that they are evaluated in."""
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return
    formula, scope = opened

    def inside(body: nodes.Expr, *steps: Any) -> Iterator[_Used]:
        yield from _used(meaning, body, scope, some.then(*steps), [c.then(*steps) for c in contexts], parts)

    match formula:
        case nodes.Name() if formula.text == "today" or is_period_word(meaning, formula, scope):
            return
        case nodes.Name():
            metric, home = meaning.metric(formula, scope)
            yield from _used(meaning, metric.formula, home, some, contexts, parts)
        case nodes.Call(function=function) if function in AGGREGATES:
            yield from _aggregate(meaning, formula, scope, some, contexts, parts)
        case nodes.Call(function="growth"):
            body, step = meaning.moved(formula, scope, some)
            yield from inside(body, Moved("norm"))
            yield from inside(body, step)
        case nodes.Call(function=function) if function in TIME_FUNCTIONS:
            body, step = meaning.moved(formula, scope, some)
            yield from inside(body, step)
        case nodes.Call(function="during"):
            body, fixed = meaning.fixed_period(formula, scope)
            own = [(n, p) for n, p in parts if p.grain is None]
            yield from _used(meaning, body, scope, some.then(fixed), [c.then(fixed) for c in contexts], own)
        case nodes.Call(function="total" | "share" as function):
            word = "over" if function == "total" else "of"
            body, over = totals.parts_of_call(formula, word, needed=function == "share")
            if function == "share":
                yield from inside(body)
            gone = totals.dropping(meaning, over, scope)
            left = [(n, p) for n, p in parts if over is not None and p.formula != gone[0].over]
            dropped = [c.then(*gone) for c in contexts]
            yield from _used(meaning, body, scope, some.then(*gone), dropped, left)
        case nodes.Call(function=function) if function in CONVERSIONS:
            asked = conversion.conversion(meaning, formula, scope, some)
            yield _Used(asked.a, formula, some, contexts, parts)
        case nodes.Call(function="goal"):
            return
        case nodes.InContext(body=body, words=words):
            within = [c.within(words, scope) for c in contexts]
            yield from _used(meaning, body, scope, some.within(words, scope), within, parts)
        case _:
            for part in parts_of(formula):
                yield from inside(part)


def _aggregate(
    meaning: Meaning,
    call: nodes.Call,
    scope: Scope,
    some: Context,
    contexts: Sequence[Context],
    parts: Sequence[tuple[str, Part]],
) -> Iterator[_Used]:
    if (per := members.per_member(meaning, call, scope)) is not None:
        inner = [c.then(Inner()) for c in contexts]
        each = [
            c.into(per.parts, k)
            for c in inner
            for k in candidates(meaning, [(per.formula, per.scope)], c, per.parts)
        ]
        one = some.then(Inner()).into(per.parts, somewhere(per.parts, meaning.settings))
        named = [*parts, *((_text(p), p) for p in per.parts)]
        for formula in (per.formula, *per.having):
            yield from _used(meaning, formula, per.scope, one, each, named)
        return
    if members.count_having(meaning, call, scope, some) is not None:
        raise Refused("the accounts of a choice are those of its condition: not told here")
    yield _Used(meaning.aggregate(call, scope, some), call, some, contexts, parts)


def _text(part: Part) -> str:
    return part.formula.text if isinstance(part.formula, nodes.Name) else "key"


def _account(meaning: Meaning, used: _Used) -> Account:
    aggregate, data = used.aggregate, meaning.data
    every = data.rows(aggregate.home)
    read = {id(row) for context in used.contexts for row in meaning.rows(aggregate, context)}
    numbers = dict.fromkeys(("left_out", "unknown", "without_time", "outside", "read"), 0)
    for row in every:
        numbers[_part(meaning, used, row, read)] += 1
    kept = [row for row in every if id(row) in read]
    return Account(
        written=used.written.span,
        rows=len(every),
        **numbers,
        without_value=sum(_valueless(meaning, aggregate, row) for row in kept),
        without_rate=sum(_rateless(meaning, aggregate, row) for row in kept),
        groups=tuple(_null_group(meaning, aggregate, n, p, kept) for n, p in used.parts if p.grain is None),
    )


def _part(meaning: Meaning, used: _Used, row: Row, read: set[int]) -> str:
    aggregate = used.aggregate
    said = [meaning.outside(aggregate, c, s, row) for c, s in used.some.conditions]
    said += [meaning.inside(aggregate, c, s, row) for c, s in aggregate.where]
    if any(value is not None and not value for value in said):
        return "left_out"
    if None in said:
        return "unknown"
    if id(row) in read:
        return "read"
    timeless = aggregate.time is not None and meaning.data.moment(aggregate.time, row) is None
    return "without_time" if timeless else "outside"


def _valueless(meaning: Meaning, aggregate: Aggregate, row: Row) -> bool:
    formula = aggregate.that if aggregate.that is not None else aggregate.argument
    return formula is not None and meaning.inside(aggregate, formula, aggregate.scope, row) is None


def _rateless(meaning: Meaning, aggregate: Aggregate, row: Row) -> bool:
    """Whether some amount of the argument is known, and its worth in the other currency is not."""
    return any(
        meaning.inside(aggregate, call.arguments[0].value, aggregate.scope, row) is not None
        and meaning.inside(aggregate, call, aggregate.scope, row) is None
        for call in _conversions(aggregate.argument)
    )


def _conversions(formula: nodes.Expr | None) -> Iterator[nodes.Call]:
    if isinstance(formula, nodes.Call) and formula.function == "convert":
        yield formula
    for part in () if formula is None else parts_of(formula):
        yield from _conversions(part)


def _null_group(
    meaning: Meaning, aggregate: Aggregate, name: str, part: Part, rows: Sequence[Row]
) -> tuple[str, int, int]:
    null = [r for r in rows if _missing(meaning.outside(aggregate, part.formula, part.scope, r))]
    unmatched = [r for r in null if _unmatched(meaning, aggregate, part, r)]
    return name, len(unmatched), len(null) - len(unmatched)


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, tuple) and None in value)


def _unmatched(meaning: Meaning, aggregate: Aggregate, part: Part, row: Row) -> bool:
    """Whether the row that the dimension is of was not found."""
    if not isinstance(part.formula, nodes.Name):
        return False
    column = meaning.located(aggregate, part.formula, part.scope)
    found: Row | None = row
    for step in column.path:
        found = None if found is None else meaning.data.parent(step, found)
    return found is None
