"""Over what the values of a formula may be added."""

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Constant,
    Expression,
    Members,
    Moved,
    Named,
    WithEmpty,
)
from metricdsl.model.metric import Additivity
from metricdsl.registry import Registry

ADDITIVE, NON_ADDITIVE = Additivity.ADDITIVE, Additivity.NON_ADDITIVE
WEAKEST = (Additivity.ADDITIVE, Additivity.SEMI_ADDITIVE, Additivity.NON_ADDITIVE)


def additivity(expression: Expression, registry: Registry) -> Additivity:
    """The additivity of a group expression: sums and differences keep it, as does a constant factor; nothing else does.

    >>> additivity(sum_of_amount_minus_sum_of_tax, registry)  # doctest: +SKIP
    <Additivity.ADDITIVE: 'additive'>
    """
    match expression:
        case Aggregate(function=function, stock=stock, open=stretch):
            own = registry.aggregations[function].additivity
            timeless = stock is not None or stretch is not None
            return max(own, Additivity.SEMI_ADDITIVE, key=WEAKEST.index) if timeless else own
        case Named(body=body):
            return additivity(body, registry)
        case WithEmpty(body=body, value=value):
            return additivity(body, registry) if value.value == 0 else NON_ADDITIVE
        case Call(function="add" | "subtract", arguments=(left, right)):
            sides = [side for side in (left, right) if not _zero(side)]
            return max((additivity(s, registry) for s in sides), key=WEAKEST.index, default=NON_ADDITIVE)
        case Call(function="negate", arguments=(operand,)):
            return additivity(operand, registry)
        case Call(function="multiply" | "divide", arguments=(operand, factor)) if _written(factor):
            return additivity(operand, registry)
        case Call(function="multiply", arguments=(factor, operand)) if _written(factor):
            return additivity(operand, registry)
        case Moved(body=body):
            return max(additivity(body, registry), Additivity.SEMI_ADDITIVE, key=WEAKEST.index)
        case Members(function="sum", body=body, having=None):
            return additivity(body, registry)
        case _:
            return NON_ADDITIVE


def _written(factor: Expression) -> bool:
    """Whether a factor is a number that is written, or one made of such: `0.5 / 2`."""
    waiting = [factor]
    while waiting:
        match waiting.pop():
            case Constant():
                pass
            case Call(function="multiply" | "divide" | "negate" | "add" | "subtract", arguments=arguments):
                waiting.extend(arguments)
            case _:
                return False
    return True


def _zero(expression: Expression) -> bool:
    return isinstance(expression, Constant) and expression.value == 0
