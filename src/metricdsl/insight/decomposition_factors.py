"""What a formula is written as: a product of factors or a sum of terms, with the other formulas that it is compared with."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from attrs import evolve, frozen

from metricdsl.model.formula import Call, Constant, Detached, Expression, Moved, Named

Wrap = Callable[[Expression], Expression]


@frozen(kw_only=True)
class Factor:
    """One of what is multiplied: `power` is -1 where it divides."""

    formula: Expression
    power: int


@frozen(kw_only=True)
class Addend:
    """One of what is added up: `sign` is -1 where it is taken away."""

    formula: Expression
    sign: int


@frozen(kw_only=True)
class Written:
    """A formula as it is written, up to the metrics that it names: factors with a number before them, or addends."""

    factors: tuple[Factor, ...] = ()
    number: Fraction = Fraction(1)
    addends: tuple[Addend, ...] = ()


def written(formula: Expression) -> Written:
    """What a formula is written as; without factors and addends where it is neither a product nor a sum."""
    wrap, core = _peeled(formula)
    match core:
        case Call(function="add" | "subtract" | "negate"):
            found = tuple(_addends(core, 1, wrap))
            return Written(addends=found) if len(found) > 1 else Written()
        case Call(function="multiply" | "divide"):
            pieces = list(_factors(core, 1))
            number = Fraction(1)
            for value, power in ((_number(piece), power) for piece, power in pieces):
                if value is not None:
                    if not value and power < 0:
                        return Written()
                    number *= value**power
            factors = tuple(
                Factor(formula=wrap(piece), power=power) for piece, power in pieces if _number(piece) is None
            )
            return Written(factors=factors, number=number) if len(factors) > 1 else Written()
        case _:
            return Written()


def _peeled(formula: Expression) -> tuple[Wrap, Expression]:
    """What is inside a metric's name and the changes of its period, and what puts these around a part of it again."""
    match formula:
        case Named(body=body):
            return _peeled(body)
        case Moved(body=body):
            inner, core = _peeled(body)
            return lambda part: evolve(formula, body=inner(part), type=part.type), core
        case Detached(body=body, over=over) if over is not None and over.during is not None:
            inner, core = _peeled(body)
            return lambda part: evolve(formula, body=inner(part), type=part.type, whole=None), core
        case Call(function="if", arguments=(_, body, Constant(value=None))):
            return _peeled(body)
        case _:
            return lambda part: part, formula


def _factors(here: Expression, power: int) -> Iterator[tuple[Expression, int]]:
    match here:
        case Call(function="multiply", arguments=(left, right)):
            yield from chain(_factors(left, power), _factors(right, power))
        case Call(function="divide", arguments=(left, right)):
            yield from chain(_factors(left, power), _factors(right, -power))
        case _:
            yield here, power


def _addends(here: Expression, sign: int, wrap: Wrap) -> Iterator[Addend]:
    match here:
        case Call(function="add", arguments=(left, right)):
            yield from chain(_addends(left, sign, wrap), _addends(right, sign, wrap))
        case Call(function="subtract", arguments=(left, right)):
            yield from chain(_addends(left, sign, wrap), _addends(right, -sign, wrap))
        case Call(function="negate", arguments=(operand,)):
            yield from _addends(operand, -sign, wrap)
        case _:
            yield Addend(formula=here if _number(here) is not None else wrap(here), sign=sign)


def _number(here: Expression) -> Fraction | None:
    match here:
        case Constant(value=int() | Decimal() | float() as value) if not isinstance(value, bool):
            return Fraction(value)
        case _:
            return None
