"""Formulas without entities, typed and lowered through the registry: what the tests of functions run."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen

from metricdsl.model.types import BOOLEAN, DATE, DURATION, NULL, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.unit import LITERAL, SHARE
from metricdsl.registry import Registry
from metricdsl.source import SourceFile
from metricdsl.spi.defs import ConstantType, Mismatch
from metricdsl.syntax import nodes, read_query

MICROS = {
    "microsecond": 1,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
OFFICE = (
    "office`1 540-720 780-1050;2 540-720 780-1050;3 540-720 780-1050;4 540-720 780-1050;5 540-720;"
    "2026-12-24 720-1440;2026-12-25 0-1440"
)
"""The calendar of the examples of `business_time`, as a formula names its hours."""
SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "and": "and", "or": "or"}
COMPARISONS = {
    "=": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
}


@frozen
class Literal:
    """A constant; `lifted` is one that stands in a column instead."""

    value: Any
    type: ValueType
    lifted: bool = False


def column(value: Any, type: ValueType) -> Literal:
    """A value that stands in a column."""
    return Literal(value, type, lifted=True)


@frozen
class Applied:
    """A function of the registry, typed."""

    function: str
    arguments: tuple["Literal | Applied", ...]
    type: ValueType


Formula = Literal | Applied


class Misfit(Exception):  # noqa: N818
    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__(mismatch.message)
        self.mismatch = mismatch


def parsed(text: str) -> nodes.Expr:
    """A formula; timestamps, which the language does not write, stand as results show them."""
    moments = {f"moment_{i}": m for i, m in enumerate(re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+", text))}
    for name, moment in moments.items():
        text = text.replace(moment, name, 1)
    read = read_query(SourceFile("formula", f"x: {text}"))
    assert read.value is not None, (text, read.problems)
    assert not read.problems, (text, read.problems)
    formula = read.value.columns[0]
    body = getattr(formula, "formula", None) or getattr(formula, "value", None)
    assert body is not None, formula
    return _with_moments(body, moments)


MOMENTS: dict[str, datetime] = {}


def _with_moments(body: nodes.Expr, moments: dict[str, str]) -> nodes.Expr:
    MOMENTS.clear()
    MOMENTS.update({name: datetime.fromisoformat(text) for name, text in moments.items()})
    return body


def typed(registry: Registry, text: str, *, lift: bool = False) -> Formula:
    """The formula, its calls typed. With `lift` each constant that need not be one stands in a column."""
    return _typed(registry, parsed(text), lift)


def literal(node: Any) -> Literal | None:
    match node:
        case nodes.Number(value=v) if v == v.to_integral_value():
            return Literal(int(v), ValueType(Kind.INTEGER, LITERAL, nullable=False))
        case nodes.Number(value=v):
            return Literal(v, ValueType(Kind.DECIMAL, LITERAL, -v.as_tuple().exponent, nullable=False))
        case nodes.Percent(value=v):
            return Literal(v, ValueType(Kind.DECIMAL, SHARE, max(0, -v.as_tuple().exponent), nullable=False))
        case nodes.Text(value=v):
            return Literal(v, ValueType(TEXT.kind, nullable=False))
        case nodes.DateLiteral(value=v):
            return Literal(v, ValueType(DATE.kind, nullable=False))
        case nodes.Boolean(value=v):
            return Literal(v, ValueType(BOOLEAN.kind, nullable=False))
        case nodes.Null():
            return Literal(None, NULL)
        case nodes.DurationLiteral(amount=a, unit=u) if u in MICROS:
            return Literal(int(a * MICROS[u]), ValueType(DURATION.kind, nullable=False))
        case nodes.DurationLiteral(amount=a, unit=u):
            return Literal(int(a), ValueType(DURATION.kind, nullable=False, grain=u))
        case nodes.Name(parts=(name,)) if name in MOMENTS:
            return Literal(MOMENTS[name], ValueType(TIMESTAMP.kind, nullable=False))
        case nodes.Name(parts=("office",)):
            return Literal(OFFICE, ValueType(TEXT.kind, nullable=False))
        case nodes.Name(parts=(grain,)):
            return Literal(grain, ValueType(TEXT.kind, nullable=False))
        case _:
            return None


def _typed(registry: Registry, node: Any, lift: bool) -> Formula:
    def go(n: Any) -> Formula:
        return _typed(registry, n, lift)

    found = literal(node)
    if found is not None:
        return found
    match node:
        case nodes.Binary(operator=sign, left=a, right=b):
            return apply(registry, SIGNS[sign], (go(a), go(b)), lift)
        case nodes.Negation(operand=a):
            return apply(registry, "negate", (go(a),), lift)
        case nodes.Not(operand=a):
            return apply(registry, "not", (go(a),), lift)
        case nodes.Comparison(first=a, rest=((sign, b),)):
            return apply(registry, COMPARISONS[sign], (go(a), go(b)), lift)
        case nodes.Membership(operand=a, items=items, negated=negated):
            inside = apply(registry, "in", (go(a), *map(go, items)), lift)
            return apply(registry, "not", (inside,), lift) if negated else inside
        case nodes.IsNull(operand=a, negated=negated):
            null = apply(registry, "is_null", (go(a),), lift)
            return apply(registry, "not", (null,), lift) if negated else null
        case nodes.Call(
            function="round", arguments=(rounded, nodes.Argument(value=nodes.Negation(operand=to)))
        ):
            places = go(to)
            assert isinstance(places, Literal), "a written number"
            return apply(registry, "round", (go(rounded.value), evolve(places, value=-places.value)), lift)
        case nodes.Call(function=function, arguments=arguments):
            return apply(registry, function, tuple(go(a.value) for a in arguments), lift)
        case _:
            raise AssertionError(f"not a formula of these tests: {node}")


def _type(formula: Formula) -> ValueType:
    t = formula.type
    if isinstance(formula, Applied) or formula.lifted:
        return t
    return ConstantType(t.kind, t.unit, t.scale, t.nullable, t.grain, t.domain, formula.value)


def apply(registry: Registry, function: str, arguments: tuple[Formula, ...], lift: bool = False) -> Applied:
    infer = registry.functions[function].infer
    if lift:
        for index, argument in enumerate(arguments):
            if isinstance(argument, Literal) and not argument.lifted and argument.value is not None:
                column = Literal(argument.value, argument.type, lifted=True)
                tried = (*arguments[:index], column, *arguments[index + 1 :])
                if argument.type.grain is None and not isinstance(infer([_type(a) for a in tried]), Mismatch):
                    arguments = tried
    result = infer([_type(a) for a in arguments])
    if isinstance(result, Mismatch):
        raise Misfit(result)
    return Applied(function, arguments, result)


def infer_text(registry: Registry, text: str) -> ValueType | Mismatch:
    """The type of a formula, or why there is none."""
    try:
        return typed(registry, text).type
    except Misfit as misfit:
        return misfit.mismatch


def cell(text: str) -> Any:
    """A value as examples write it: null, 1.5, "a", true, 2026-01-31, 2026-01-31T10:00:00, 90 minutes, 50%."""
    if text in {"null", "true", "false"}:
        return {"null": None, "true": True, "false": False}[text]
    if text.startswith('"'):
        return text[1:-1].replace('\\"', '"')
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return datetime.fromisoformat(text)
    if text.endswith("%"):
        return Decimal(text[:-1]) / 100
    number, _, unit = text.partition(" ")
    return Decimal(number) * MICROS[unit.rstrip("s")] if unit else Decimal(number)


Lower = Callable[[Formula], Any]
