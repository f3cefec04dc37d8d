"""Conditions that nothing meets: `20 <= m <= 10`, `status = "won" and status = "lost"`."""

from metricdsl.analysis.exclusion import Said, apart, joined
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.types import NeverHolds
from metricdsl.model.formula import Expression
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat


def never_both(node: nodes.Expr, left: Expression, right: Expression, span: Span) -> NeverHolds | None:
    """What is wrong with two conditions joined by `and`, of which nothing meets both."""
    for both in apart([*joined(left)], [*joined(right)]):
        if both is None:
            text = "nothing meets both of these conditions: the one denies the other"
            return NeverHolds(text=text, fix="leave one of them out, or join them by `or`", span=span)
        return _told(node, *both, span)
    return None


def _told(node: nodes.Expr, one: Said, other: Said, span: Span) -> NeverHolds:
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
