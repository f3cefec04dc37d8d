"""Values in percent that are a hundred times as large as they would be shown: in this formula, or in one that it names."""

from decimal import Decimal
from fractions import Fraction

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.model.formula import Call, Constant, Expression, Named, WithEmpty
from metricdsl.model.unit import Form, Unit

PERCENT = {Form.SHARE: "share", Form.CHANGE: "change", Form.POINTS: "difference of shares"}
ROUNDING = frozenset({"round", "floor", "ceil"})


def in_percent_as_it_is(unit: Unit) -> bool:
    """Whether what has the unit is shown in percent, or in points."""
    return unit.bare and unit.form in PERCENT


def hundredfold(expression: Expression) -> bool:
    """Whether a value is in percent and a hundred times as large as it would be shown, in this formula or in one it names."""
    match expression:
        case Named(body=body) | WithEmpty(body=body):
            return hundredfold(body)
        case Call(function="multiply" | "divide" | "negate"):
            return in_percent_as_it_is(expression.type.unit) and _times_a_hundred(expression)
        case Call(function=function, arguments=arguments) if function in CHOICES | {"clamp"}:
            return any(map(hundredfold, choices(function, arguments)))
        case Call(function=function, arguments=(one, *_)) if function in ROUNDING | {"abs"}:
            return hundredfold(one)
        case _:
            return False


def _times_a_hundred(product: Expression) -> bool:
    """Whether the numbers of a product make 100, or what it is made of is a hundred times as large already."""
    total = Fraction(1)
    inner = False
    waiting = [(product, 1)]
    while waiting:
        here, sign = waiting.pop()
        match here:
            case Call(function="multiply", arguments=(left, right)):
                waiting += [(left, sign), (right, sign)]
            case Call(function="divide", arguments=(left, right)):
                waiting += [(left, sign), (right, -sign)]
            case Call(function="negate", arguments=(one,)):
                waiting.append((one, sign))
            case Constant(value=int() | Decimal() as value) if value and here.type.kind.numeric:
                total *= Fraction(value) ** sign
            case _:
                inner = inner or hundredfold(here)
    return abs(total) == 100 or (inner and abs(total) == 1)
