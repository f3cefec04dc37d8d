"""The units of products and quotients, which are the same however factors are ordered and put in parentheses.

    won / deals                     a share: two of one unit
    pieces * won / deals            a number, as pieces * (won / deals) is: a plain number multiplies
    won / deals / pieces            a share: what divides a share leaves one
    growth * (cost / revenue)       a change, as growth * cost / revenue is

So a product keeps which numbers it is made of until its units cancel. A written number changes nothing. By a share nothing is a
share: 1 / churn is a number, so is one share by another, and won / (pipeline * win_rate), which is (won / pipeline) / win_rate.
"""

from metricdsl.model.types import ValueType
from metricdsl.model.unit import LITERAL, SHARE, Factors, Form, Unit

OF_THE_WHOLE = frozenset({Form.SHARE, Form.POINTS})
"""Parts of 1: a share of a share is a share, and 10 points of 10 points are one point."""

_DIFFERENCES = frozenset({Form.POINTS, Form.CHANGE})
_PERCENT = OF_THE_WHOLE | _DIFFERENCES


def multiplied(left: ValueType, right: ValueType) -> Unit:
    """The unit of left × right: share × unit is the unit; units that cancel in full leave a share."""
    return product(left.unit, right.unit)


def divided(left: ValueType, right: ValueType) -> Unit:
    """The unit of left ÷ right: like units leave a share."""
    return product(left.unit, right.unit, -1)


def product(a: Unit, b: Unit, sign: int = 1) -> Unit:
    """The unit of a × b, or with `sign` -1 of a ÷ b."""
    if a.bare and b.bare and LITERAL in {a, b} and (sign == 1 or b == LITERAL):
        return b if a == LITERAL else a
    found = a.of_product(b, sign)
    if not found.bare:
        return found
    made_of = a.factors.beside(b.factors, sign)
    if not (a.bare and b.bare):  # the units cancel
        made_of = made_of.beside(SHARE.factors)
    return Unit(form=_form(made_of), made_of=made_of)


def joined(a: Unit, b: Unit) -> Unit:
    """The unit of what is added up or chosen from amounts of one unit: of what both are made of it is made too.

    `pieces * price + fee` is an amount of money as the fee is.
    """
    if a.bare or a.made_of is None or b.made_of is None:
        return b if a.made_of is not None and not a.bare else a
    kept = Factors(a.made_of.over & b.made_of.over, a.made_of.under & b.made_of.under)
    return Unit(a.powers, a.form, kept)


def _form(made_of: Factors) -> Form:
    """What a number without dimension is by the numbers that it is made of."""
    over = made_of.over
    if Form.PLAIN in over or made_of.under & _PERCENT or over >= _DIFFERENCES:
        return Form.PLAIN
    return next((form for form in (Form.POINTS, Form.CHANGE, Form.SHARE) if form in over), Form.PLAIN)
