"""Formulas of plain numbers, made where no text is: constants, and functions of what is there."""

from metricdsl.analysis.calls import call
from metricdsl.analysis.world import Work
from metricdsl.model.formula import Constant, Expression
from metricdsl.model.types import FLOAT, INTEGER
from metricdsl.source import Span
from metricdsl.value import frozen


@frozen(eq=False)
class PlainNumbers:
    """Makes them, with the place that led to them."""

    work: Work
    span: Span

    def number(self, value: float) -> Constant:
        """A number: an int is whole, a float is a float."""
        return Constant(type=INTEGER if isinstance(value, int) else FLOAT, span=self.span, value=value)

    def made(self, function: str, *arguments: Expression | None) -> Expression | None:
        """A function of the registry; None where one of its arguments is missing."""
        known = tuple(one for one in arguments if one is not None)
        return call(self.work, function, known, self.span) if len(known) == len(arguments) else None
