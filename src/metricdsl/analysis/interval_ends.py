"""The ends of an interval: Student's t around a value, Wilson's around a share."""

from statistics import NormalDist

from metricdsl.analysis.plain_numbers import PlainNumbers
from metricdsl.analysis.world import Result
from metricdsl.model.formula import Constant, Expression
from metricdsl.model.types import NULL
from metricdsl.value import frozen

FEWEST = 10
"""With fewer members there is no interval: too little is known of how they differ."""


@frozen(eq=False)
class Ends(PlainNumbers):
    """Makes an end of plain numbers: a value, its variance, the number of members (`exact`: they are the rows that are counted)."""

    value: Expression
    variance: Expression
    members: Expression
    exact: bool
    rate: bool
    sure: float

    def of(self, *, high: bool) -> Result:
        """One end; null where there are too few members."""
        width = self._width()
        if width is None:
            return None
        end = (
            self._wilson(width, high=high)
            if self.rate
            else self._around(self.value, self._times(width, self._root(self.variance)), high=high)
        )
        enough = self.made("at_least", self.members, self.number(FEWEST))
        nothing = Constant(type=NULL, span=self.span, value=None)
        return self.made("if", enough, end, nothing)

    def _width(self) -> Expression | None:
        """How many standard errors: the quantile of Student's t with n - 1 degrees of freedom by its series in 1 / (n - 1)
        (Cornish and Fisher; Abramowitz and Stegun 26.7.5); the normal one where rows are counted.
        """
        z = NormalDist().inv_cdf((1 + self.sure) / 2)
        if self.exact:
            return self.number(z)
        terms = (
            z,
            (z**3 + z) / 4,
            (5 * z**5 + 16 * z**3 + 3 * z) / 96,
            (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
            (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
        )
        free = self.made("subtract", self.members, self.number(1))
        found: Expression | None = self.number(terms[-1])
        for term in reversed(terms[:-1]):
            found = self.made("add", self.number(term), self.made("divide", found, free))
        return found

    def _wilson(self, width: Expression, *, high: bool) -> Expression | None:
        """(p + w²/2n ± w √(v + w²/4n²)) / (1 + w²/n), where v is the variance of p and n as many rows as would have it: p (1 - p) / v."""
        square = self._times(width, width)
        left = self.made("subtract", self.number(1), self.value)
        number = self.made("divide", self._times(self.value, left), self.variance)
        number = self.made("coalesce", number, self.members)
        part = self.made("divide", square, number)
        under = self.made(
            "add", self.variance, self.made("divide", self.made("divide", part, number), self.number(4))
        )
        middle = self.made("add", self.value, self.made("divide", part, self.number(2)))
        end = self._around(middle, self._times(width, self._root(under)), high=high)
        return self.made("divide", end, self.made("add", self.number(1), part))

    def _around(self, middle: Expression | None, half: Expression | None, *, high: bool) -> Expression | None:
        return self.made("add" if high else "subtract", middle, half)

    def _times(self, left: Expression | None, right: Expression | None) -> Expression | None:
        return self.made("multiply", left, right)

    def _root(self, of: Expression | None) -> Expression | None:
        return self.made("sqrt", of)
