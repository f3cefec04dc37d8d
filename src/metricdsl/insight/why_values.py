"""Exact fractions as values: for people in the metric's own way, for machines as numbers that lose nothing they can keep."""

from datetime import timedelta
from decimal import Context, Decimal
from fractions import Fraction

from attrs import evolve

from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import CHANGE, POINTS, SHARE

DIGITS = 38
"""What a decimal of any engine has."""
MILLION = 1_000_000
RELATIVE = ValueType(Kind.FLOAT, CHANGE)


def value_of(number: Fraction, of: ValueType) -> int | Decimal | float | timedelta:
    """A number as a value of a type; a part of a whole number may be a decimal, and what no decimal holds is a float."""
    if of.kind is Kind.DURATION:
        return timedelta(microseconds=round(number))
    if of.kind is Kind.FLOAT:
        return float(number)
    if number.denominator == 1 and of.kind is Kind.INTEGER:
        return int(number)
    found = _decimal(number)
    if found is None:
        return float(number)
    exponent = found.as_tuple().exponent
    assert isinstance(exponent, int), "a fraction is finite"
    return found.quantize(Decimal(1).scaleb(-of.scale)) if -exponent < of.scale else found


def machine(number: Fraction | None, of: ValueType) -> int | Decimal | float | None:
    """A number for machines: a duration in seconds."""
    if number is None:
        return None
    if of.kind is Kind.DURATION:
        return value_of(number / MILLION, evolve(of, kind=Kind.DECIMAL))  # type: ignore[return-value]
    return value_of(number, of)  # type: ignore[return-value]


def _decimal(number: Fraction) -> Decimal | None:
    """A fraction as a decimal, where it ends."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    found = Context(prec=DIGITS).divide(Decimal(number.numerator), Decimal(number.denominator))
    found = Decimal(f"{found:f}")  # 3E+2 is 300
    return found if Fraction(found) == number else None


def difference_type(of: ValueType) -> ValueType:
    """The type of a difference: of shares points."""
    return evolve(of, unit=POINTS) if of.unit == SHARE else of


def relative(before: Fraction, change: Fraction, of: ValueType) -> Fraction | None:
    """The change by what was before; none from 0 or less, and none of a share, whose change is told in points."""
    return None if before <= 0 or of.unit in {SHARE, CHANGE, POINTS} else change / before
