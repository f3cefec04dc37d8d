"""Conditions and choices: three-valued logic, `if`, `case`, `coalesce`."""

from collections.abc import Sequence
from functools import reduce

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import aligned
from metricdsl.builtins.kinds import condition, noun, nullable, unified
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import Example, FunctionDef, Mismatch, NullRule
from metricdsl.spi.lowering import Emit, Lowering, Operand


def _not_a_condition(type: ValueType, index: int) -> Mismatch:
    return Mismatch("condition", f"this is {noun(type)}, not a condition", index)


def _infer_conditions(types: Sequence[ValueType]) -> ValueType | Mismatch:
    for index, t in enumerate(types):
        if not condition(t):
            return _not_a_condition(t, index)
    return ValueType(Kind.BOOLEAN, nullable=nullable(types))


def _chain(word: nodes.Sign) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        return reduce(lambda a, b: nodes.op(emit, word, a, b), (operand.sql for operand in operands))

    return lower


def _lower_not(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del emit, result
    return nodes.inverted(operands[0].sql)


def _infer_case(types: Sequence[ValueType]) -> ValueType | Mismatch:
    """Conditions and values in turn, then the value otherwise."""
    if len(types) % 2 == 0:
        text = "case needs a last value, for where no condition holds"
        return Mismatch("arguments", text, len(types) - 1, "write `null` there to have none")
    for index in range(0, len(types) - 1, 2):
        if not condition(types[index]):
            return _not_a_condition(types[index], index)
    return unified([*types[1:-1:2], types[-1]], "stand in one column")


def _lower_case(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    pairs = [
        (operands[i].sql, aligned(emit, operands[i + 1], result)) for i in range(0, len(operands) - 1, 2)
    ]
    last = operands[-1]
    nothing = last.is_constant and last.constant is None
    return nodes.case(*pairs, otherwise=None if nothing else aligned(emit, last, result))


def _infer_coalesce(types: Sequence[ValueType]) -> ValueType | Mismatch:
    common = unified(types, "stand in one column")
    if isinstance(common, Mismatch):
        return common
    can_be_null = all(t.nullable or t.kind is Kind.NULL for t in types)
    return ValueType(common.kind, common.unit, common.scale, can_be_null, common.grain)


def _lower_coalesce(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    values = [aligned(emit, operand, result) for operand in operands]
    return values[0] if len(values) == 1 else emit.function("COALESCE", *values)


FUNCTIONS = (
    FunctionDef(
        name="and",
        signature="(a: boolean, b: boolean, …) -> boolean",
        infer=_infer_conditions,
        lower={"*": _chain("and")},
        doc="Written `a and b`: false if one is false, else null if one is null, else true.",
        examples=(
            Example(formula="false and null", gives="false"),
            Example(formula="true and null", gives="null"),
        ),
        nulls=NullRule.OWN,
        least=1,
        most=-1,
        operator=True,
    ),
    FunctionDef(
        name="or",
        signature="(a: boolean, b: boolean, …) -> boolean",
        infer=_infer_conditions,
        lower={"*": _chain("or")},
        doc="Written `a or b`: true if one is true, else null if one is null, else false.",
        examples=(
            Example(formula="true or null", gives="true"),
            Example(formula="false or null", gives="null"),
        ),
        nulls=NullRule.OWN,
        least=1,
        most=-1,
        operator=True,
    ),
    FunctionDef(
        name="not",
        signature="(a: boolean) -> boolean",
        infer=_infer_conditions,
        lower={"*": _lower_not},
        doc="Written `not a`: null where a is null.",
        examples=(
            Example(formula="not true", gives="false"),
            Example(formula="not (1 = null)", gives="null"),
        ),
        operator=True,
    ),
    FunctionDef(
        name="if",
        signature="(condition: boolean, then: t, otherwise: t) -> t",
        infer=_infer_case,
        lower={"*": _lower_case},
        doc="`then` where the condition holds, else `otherwise`, also where the condition is null.",
        examples=(
            Example(formula='if(2 > 1, "a", "b")', gives='"a"'),
            Example(formula="if(null > 1, 1, 2)", gives="2"),
            Example(formula="if(1 > 2, 1, null)", gives="null"),
        ),
        nulls=NullRule.OWN,
        least=3,
    ),
    FunctionDef(
        name="case",
        signature="(condition: boolean, value: t, …, otherwise: t) -> t",
        infer=_infer_case,
        lower={"*": _lower_case},
        doc="The value behind the first condition that holds, else the last one. A null condition does not hold.",
        examples=(
            Example(formula='case(1 > 2, "a", 2 > 1, "b", "c")', gives='"b"'),
            Example(formula='case(null = 1, "a", "c")', gives='"c"'),
        ),
        nulls=NullRule.OWN,
        least=3,
        most=-1,
    ),
    FunctionDef(
        name="coalesce",
        signature="(x: t, …) -> t",
        infer=_infer_coalesce,
        lower={"*": _lower_coalesce},
        doc="The first of the values that is not null.",
        examples=(
            Example(formula="coalesce(null, 2, 3)", gives="2"),
            Example(formula="coalesce(null, null)", gives="null"),
        ),
        nulls=NullRule.OWN,
        least=1,
        most=-1,
    ),
)
