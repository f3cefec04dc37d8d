"""A number times a factor that the checker knows: the factor of a unit, or of a length of time that is written."""

from decimal import Decimal
from fractions import Fraction

from metricdsl.analysis.calls import call
from metricdsl.analysis.literals import number
from metricdsl.analysis.world import Result, Work
from metricdsl.model.formula import Expression
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes

MOST_DECIMALS = 12


def times(work: Work, amount: Expression, factor: Fraction, node: nodes.Node) -> Result:
    """The number times a factor: exact where the product of exact numbers has at most so many decimals, else a float."""
    if factor == 1:
        return amount
    decimals = _decimals(factor)
    exact = decimals is not None and amount.type.scale + decimals <= MOST_DECIMALS
    if exact and (decimals == 0 or amount.type.kind is not Kind.FLOAT):
        written = Decimal(factor.numerator * 10 ** (decimals or 0) // factor.denominator).scaleb(
            -(decimals or 0)
        )
        return call(work, "multiply", (amount, number(written, node)), node.span)
    top: Result = amount
    if factor.numerator != 1:
        top = call(work, "multiply", (amount, number(Decimal(factor.numerator), node)), node.span)
    bottom = number(Decimal(factor.denominator), node)
    return None if top is None else call(work, "divide", (top, bottom), node.span)


def _decimals(factor: Fraction) -> int | None:
    """How many decimals a fraction has; None where they do not end."""
    rest, twos, fives = factor.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
