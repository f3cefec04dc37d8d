"""Means of logarithms, of reciprocals and of squares, each turned back."""

from collections.abc import Iterable, Sequence
from functools import partial

from sqlglot import exp

from metricdsl.spi.defs import AggregationDef, Example, Mismatch
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.spi.meaning import FLOAT, Additivity, Kind, ValueType


def _a_number(name: str, arguments: Sequence[ValueType]) -> ValueType | Mismatch:
    """A float in the unit of the argument."""
    (argument,) = arguments
    if argument.kind in {Kind.NULL, Kind.UNKNOWN}:
        return FLOAT
    if not argument.kind.numeric:
        return Mismatch("kinds", f"{name} takes numbers", argument=0)
    return ValueType(Kind.FLOAT, argument.unit)


def _geometric(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> exp.Expression:
    x = emit.double(operands[0])
    return _of_positive(emit, x, emit.function("EXP", exp.Avg(this=emit.function("LN", _positive(emit, x)))))


def _harmonic(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> exp.Expression:
    x = emit.double(operands[0])
    one = emit.constant(1.0, FLOAT).sql
    of_one = exp.Avg(this=emit.binary(exp.Div, one, _positive(emit, x)))
    return _of_positive(emit, x, emit.binary(exp.Div, one.copy(), of_one))


def _root_mean_square(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> exp.Expression:
    x = emit.double(operands[0])
    return emit.function("SQRT", exp.Avg(this=emit.binary(exp.Mul, x, x.copy())))


def _positive(emit: Emit, x: exp.Expression) -> exp.Expression:
    """x where it is more than 0: engines look at what a condition leaves out, and refuse its logarithm."""
    zero = emit.constant(0.0, FLOAT).sql
    return exp.Case().when(emit.binary(exp.GT, x.copy(), zero), x.copy())


def _of_positive(emit: Emit, x: exp.Expression, mean: exp.Expression) -> exp.Expression:
    """The mean, if the least of the numbers is more than 0."""
    zero = emit.constant(0.0, FLOAT).sql
    return exp.Case().when(emit.binary(exp.GT, exp.Min(this=x.copy()), zero), mean)


@hookimpl
def metricdsl_aggregations() -> Iterable[AggregationDef]:
    """Three means."""
    define = partial(
        AggregationDef,
        signature="(x: number<u>) -> float<u>",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
    )
    return [
        define(
            name="geometric",
            infer=partial(_a_number, "geometric"),
            lower={"*": _geometric},
            doc="The n-th root of the product of n numbers; null of none, and where one is 0 or less.",
            examples=(
                Example(formula="means.geometric(1, null, 4)", gives="2"),
                Example(formula="means.geometric(2, 0)", gives="null"),
            ),
        ),
        define(
            name="harmonic",
            infer=partial(_a_number, "harmonic"),
            lower={"*": _harmonic},
            doc="One divided by the mean of the reciprocals; null of none, and where one is 0 or less.",
            examples=(
                Example(formula="means.harmonic(40, 60, null)", gives="48"),
                Example(formula="means.harmonic(-1, 1)", gives="null"),
            ),
        ),
        define(
            name="root_mean_square",
            infer=partial(_a_number, "root_mean_square"),
            lower={"*": _root_mean_square},
            doc="The square root of the mean of the squares; null of none.",
            examples=(
                Example(formula="means.root_mean_square(1, -7, null)", gives="5"),
                Example(formula="means.root_mean_square(0)", gives="0"),
            ),
        ),
    ]
