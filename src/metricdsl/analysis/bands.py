"""What a metric says is better, where that is a band of values: `better 3 to 5`, `better 90% or higher`."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.literals import signed
from metricdsl.analysis.properties import property_text
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.model.formula import Expression
from metricdsl.model.unit import POINTS, SHARE
from metricdsl.syntax import nodes


def check_band(work: Work, properties: Sequence[nodes.Property], formula: Expression) -> None:
    """The ends of a band are values that the metric can have, the lower one first."""
    for one in properties:
        if one.word != "better" or len(one.values) != 1:
            continue
        match one.values[0]:
            case nodes.Range() as band:
                fit = [_fit(work, formula, end) for end in (band.low, band.high)]
                if all(fit):
                    _in_order(work, band)
            case nodes.OpenRange(bound=bound):
                _fit(work, formula, bound)
            case nodes.Name() | nodes.Text() | nodes.Label():
                pass
            case value:
                text = f"`better {property_text(value)}` does not say which way from there is better"
                fix = f"write `better {property_text(value)} or higher`, or `or lower`"
                work.report(WrongArguments(text=text, fix=fix, span=one.span))


def _fit(work: Work, formula: Expression, end: nodes.Expr) -> bool:
    """Whether an end compares with the metric; it is told where it does not."""
    value = signed(end)
    if value is None:
        text = f"{property_text(end) or 'this'} is no value that a metric can have"
        work.report(WrongArguments(text=text, fix="write a number, as in `better 3 to 5`", span=end.span))
        return False
    type = value.type
    if formula.type.unit == POINTS and type.unit == SHARE:  # a band of points can only be said in percent
        type = evolve(type, unit=POINTS)
    return call(work, "at_least", (formula, evolve(value, type=type, span=end.span)), end.span) is not None


def _in_order(work: Work, band: nodes.Range) -> None:
    """The lower end stands first."""
    low, high = signed(band.low), signed(band.high)
    assert low, "it is a value"
    assert high, "it is a value"
    if low.type.kind.numeric == high.type.kind.numeric and low.value > high.value:  # type: ignore[operator]
        turned = f"{property_text(band.high)} to {property_text(band.low)}"
        text = f"no value is in the band {property_text(band)}: its higher end stands first"
        edits = (Edit(band.span, turned),)
        work.report(WrongArguments(text=text, fix=f"write better {turned}", edits=edits, span=band.span))
