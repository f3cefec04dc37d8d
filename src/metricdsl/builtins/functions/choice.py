"""The least, the greatest, and values sorted into ranges."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import aligned, operand
from metricdsl.builtins.kinds import calendar, noun, numeric, unified, value
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import NUMBER, Form
from metricdsl.spi.defs import Example, FunctionDef, Inference, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand

_DURATIONS = (("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000))


def _infer_ordered(types: Sequence[ValueType]) -> ValueType | Mismatch:
    for index, t in enumerate(types):
        if t.kind is Kind.BOOLEAN or calendar(t):
            return Mismatch("kinds", f"{noun(t)} has no order to compare by", index)
    return unified(types, "compare")


def _extreme(comparison: str) -> Lowering:
    """The one that compares so with all others. With a null among them no branch holds: no LEAST, which skips nulls on some
    engines and not on others."""

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        values = [operand(aligned(emit, o, result), _plain(result)) for o in operands]
        branches = []
        for index, chosen in enumerate(values):
            tests = [
                emit.call(comparison, _again(chosen), _again(o)).sql
                for i, o in enumerate(values)
                if i != index
            ]
            if not tests:
                return chosen.sql
            every = tests[0]
            for test in tests[1:]:
                every = nodes.op(emit, "and", every, test)
            branches.append((every, chosen.again()))
        return nodes.case(*branches)

    return lower


def _plain(type: ValueType) -> ValueType:
    return ValueType(type.kind, NUMBER, type.scale, type.nullable)


def _again(o: Operand) -> Operand:
    return Operand(sql=o.again(), type=o.type)


def _infer_clamp(types: Sequence[ValueType]) -> ValueType | Mismatch:
    low, high = value(types[1]), value(types[2])
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal) and low > high:
        return Mismatch("arguments", f"the lower end {low} lies above the upper end {high}", 1)
    return _infer_ordered(types)


def _lower_clamp(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x, low, high = operands
    at_least = emit.call("greatest", x, low, result=result)
    return emit.call("least", at_least, high, result=result).sql


def _infer_bucket(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, *bounds = types
    if not numeric(x) and (x.kind is not Kind.DURATION or calendar(x)):
        return Mismatch("kinds", f"bucket needs a number or a duration, not {noun(x)}", 0)
    common = unified(types, "compare")
    if isinstance(common, Mismatch):
        return common
    numbers: list[int | Decimal] = []
    for index, bound in enumerate(bounds, 1):
        number = value(bound)
        if isinstance(number, bool) or not isinstance(number, int | Decimal):
            return Mismatch("arguments", "the bounds of a bucket must be written numbers or durations", index)
        if numbers and number <= numbers[-1]:
            return Mismatch("arguments", "the bounds of a bucket must rise", index)
        numbers.append(number)
    percent = x.unit.bare and x.unit.form in {Form.SHARE, Form.POINTS, Form.CHANGE}
    labels = bucket_labels(
        [_said(number, bound.kind, percent=percent) for number, bound in zip(numbers, bounds, strict=True)]
    )
    return ValueType(Kind.TEXT, nullable=x.nullable, domain=labels, ordered=True)


def bucket_labels(bounds: Sequence[str]) -> tuple[str, ...]:
    """The texts of the ranges between bounds, in order."""
    middle = (f"{low} to < {high}" for low, high in pairwise(bounds))
    return (f"< {bounds[0]}", *middle, f">= {bounds[-1]}")


def _said(bound: int | Decimal, kind: Kind, *, percent: bool) -> str:
    if kind is Kind.DURATION:
        if bound == 0:
            return "0 days"
        for name, size in _DURATIONS:
            if bound % size == 0:
                return f"{bound // size} {name}{'' if abs(bound) == size else 's'}"
        return f"{_digits(Decimal(bound) / 1_000_000)} seconds"
    return (
        f"{_digits(Decimal(bound) * 100)}%"
        if percent
        else f"{bound:f}"
        if isinstance(bound, Decimal)
        else str(bound)
    )


def _digits(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _lower_bucket(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x, *bounds = operands
    labels = result.domain
    assert labels is not None, "a bucket has one of the names of its bounds"
    branches = [
        (emit.call("less", _again(x), bound).sql, nodes.text(label))
        for bound, label in zip(bounds, labels, strict=False)
    ]
    last = Operand(
        sql=bounds[-1].again(), type=bounds[-1].type, constant=bounds[-1].constant, is_constant=True
    )
    return nodes.case(*branches, (emit.call("at_least", _again(x), last).sql, nodes.text(labels[-1])))


def _ordered(name: str, comparison: str, doc: str, examples: tuple[Example, ...]) -> FunctionDef:
    infer: Inference = _infer_ordered
    return FunctionDef(
        name=name,
        signature="(a: t, b: t, …) -> t",
        infer=infer,
        lower={"*": Emulated(_extreme(comparison))},
        doc=doc,
        examples=examples,
        least=1,
        most=-1,
    )


FUNCTIONS = (
    _ordered(
        "least",
        "at_most",
        "The least of the values; null if one of them is null.",
        (
            Example(formula="least(3, 1.5, 2)", gives="1.5"),
            Example(formula="least(1, null)", gives="null"),
            Example(formula="least(2026-01-02, 2026-01-01T12:00:00)", gives="2026-01-01T12:00:00"),
        ),
    ),
    _ordered(
        "greatest",
        "at_least",
        "The greatest of the values; null if one of them is null.",
        (
            Example(formula="greatest(3, 1.5, 2)", gives="3"),
            Example(formula="greatest(null, 1)", gives="null"),
            Example(formula='greatest("a", "B")', gives='"a"'),
        ),
    ),
    FunctionDef(
        name="clamp",
        signature="(x: t, low: t, high: t) -> t",
        infer=_infer_clamp,
        lower={"*": Emulated(_lower_clamp)},
        doc="x, but not below `low` and not above `high`; null if one of the three is null.",
        examples=(
            Example(formula="clamp(12, 0, 10)", gives="10"),
            Example(formula="clamp(-1, 0, 10)", gives="0"),
            Example(formula="clamp(5, 0, 10)", gives="5"),
            Example(formula="clamp(5, null, 10)", gives="null"),
        ),
        least=3,
    ),
    FunctionDef(
        name="bucket",
        signature="(x: number<u> | duration, bound: number<u> | duration, …) -> text",
        infer=_infer_bucket,
        lower={"*": Emulated(_lower_bucket)},
        doc="The range that x lies in, between rising bounds: `bucket(x, 30, 60)` gives `< 30`, `30 to < 60` or `>= 60`. Null of null.",
        examples=(
            Example(formula="bucket(29.9, 30, 60)", gives='"< 30"'),
            Example(formula="bucket(30, 30, 60)", gives='"30 to < 60"'),
            Example(formula="bucket(60, 30, 60)", gives='">= 60"'),
            Example(formula="bucket(36 hours, 1 day, 7 days)", gives='"1 day to < 7 days"'),
        ),
        least=2,
        most=-1,
    ),
)
