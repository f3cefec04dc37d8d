"""Conditions that nothing meets: `20 <= m <= 10`, `status = "won" and status = "lost"`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import frozen

from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.types import NeverHolds
from metricdsl.model.comparisons import MIRRORED
from metricdsl.model.formula import Call, Constant, Expression
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

_BELOW = {"less": True, "at_most": False}
_ABOVE = {"greater": True, "at_least": False}


@frozen
class _Bounds:
    """What a comparison with a written value leaves: from `low` to `high`, without it where that is `open`."""

    subject: Expression
    low: Any = None
    low_open: bool = False
    high: Any = None
    high_open: bool = False


def never_both(node: nodes.Expr, left: Expression, right: Expression, span: Span) -> NeverHolds | None:
    """What is wrong with two conditions joined by `and`, of which nothing meets both."""
    known = [bounds for one in _joined(left) if (bounds := _bounds(one)) is not None]
    for other in _joined(right):
        bounds = _bounds(other)
        for one in known if bounds is not None else ():
            if bounds is not None and one.subject == bounds.subject and _apart(one, bounds):
                return _told(node, one, bounds, span)
    return None


def _told(node: nodes.Expr, one: _Bounds, other: _Bounds, span: Span) -> NeverHolds:
    if one.low == one.high and other.low == other.high and one.low is not None:
        text = "no value equals two different ones"
        return NeverHolds(text=text, fix="join them by `or`, or write `in (…)` for any of several", span=span)
    if {one.low, one.high} & {other.low, other.high} - {None}:
        text = "no value is in this range: its ends are the same, and one of them is left out"
        return NeverHolds(text=text, fix="write `=` for the one value, or another end", span=span)
    text = "no value is in this range: its higher end stands where the lower belongs"
    match node:
        case nodes.Comparison(first=first, rest=((sign, middle), (other_sign, last))):
            turned = f"{flat(last)} {sign} {flat(middle)} {other_sign} {flat(first)}"
            edits = (Edit(first.span, flat(last)), Edit(last.span, flat(first)))
            same = (
                sign == other_sign and not isinstance(first, nodes.Name) and not isinstance(last, nodes.Name)
            )
            return NeverHolds(text=text, fix=f"write `{turned}`", edits=edits if same else (), span=span)
        case _:
            either = "join the two by `or` where either will do, or put the bounds right"
            return NeverHolds(text="nothing meets both of these conditions", fix=either, span=span)


def _joined(expression: Expression) -> list[Expression]:
    """The conditions that all have to hold."""
    if isinstance(expression, Call) and expression.function == "and":
        return [one for argument in expression.arguments for one in _joined(argument)]
    return [expression]


def _bounds(expression: Expression) -> _Bounds | None:
    """What a comparison with a written value says of the other side."""
    if not isinstance(expression, Call) or len(expression.arguments) != 2:
        return None
    function, (subject, value) = expression.function, expression.arguments
    if isinstance(subject, Constant):
        subject, value = value, subject
        function = MIRRORED.get(function, function)
    if not isinstance(value, Constant) or isinstance(subject, Constant) or value.value is None or value.named:
        return None
    written = value.value
    if function == "equal":
        return _Bounds(subject, low=written, high=written)
    if isinstance(written, str | bool):
        return None
    if function in _BELOW:
        return _Bounds(subject, high=written, high_open=_BELOW[function])
    if function in _ABOVE:
        return _Bounds(subject, low=written, low_open=_ABOVE[function])
    return None


def _apart(one: _Bounds, other: _Bounds) -> bool:
    """Whether no value is within both."""
    return _above(one, other) or _above(other, one)


def _above(one: _Bounds, other: _Bounds) -> bool:
    """Whether the lowest value of one is more than the highest of the other."""
    low, high = one.low, other.high
    if low is None or high is None:
        return False
    if isinstance(low, str | bool) or isinstance(high, str | bool):
        return type(low) is type(high) and low != high
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal):
        return low > high or (low == high and (one.low_open or other.high_open))
    if type(low) is not type(high) or not isinstance(low, date | datetime):
        return False
    return low > high or (low == high and (one.low_open or other.high_open))
