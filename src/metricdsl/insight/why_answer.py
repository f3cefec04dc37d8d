"""The answer to why a number moved: the change, and all that it is made of. Numbers are exact fractions of the metric's unit."""

from fractions import Fraction

from attrs import frozen

from metricdsl.insight.decomposition import Piece
from metricdsl.model.metric import Metric
from metricdsl.model.period import Period
from metricdsl.model.types import ValueType


@frozen(kw_only=True)
class Against:
    """What a metric is compared with: `kind` is "period", "goal" or "baseline"."""

    kind: str
    name: str
    period: Period | None = None


@frozen(kw_only=True)
class MadeOf:
    """A factor or term of the formula: what it was and is, in its own type, and its part in the change."""

    name: str
    type: ValueType
    before: Fraction
    now: Fraction
    part: Fraction
    power: int = 1  # -1: it divides, or is taken away


@frozen(kw_only=True)
class ByDimension:
    """A change by the members of a dimension.

    `kind` is "parts", "mix and rate" or "goals". `rest` is what the members leave of the change: with goals, by how much those of
    the members together differ from that of the whole; else what floats are rounded by. `score` is what dimensions are ranked by, `needed` how many
    members make four fifths of what is uneven.
    """

    name: str
    kind: str
    type: ValueType
    pieces: tuple[Piece, ...]
    rest: Fraction
    score: float
    needed: int
    against_total: bool = False

    def _sum(self, values: list[Fraction | None]) -> Fraction:
        return sum((value for value in values if value is not None), Fraction(0))

    @property
    def mix(self) -> Fraction:
        """What moved because weights did, of members with a rate in both periods."""
        return self._sum([piece.mix for piece in self.pieces])

    @property
    def rate(self) -> Fraction:
        """What moved because rates did."""
        return self._sum([piece.rate for piece in self.pieces])

    @property
    def came_and_went(self) -> Fraction:
        """What moved because members came and went: those without a rate in one of the periods."""
        return self._sum([piece.part for piece in self.pieces if piece.mix is None])


@frozen(kw_only=True)
class LeftOut:
    """A dimension that was not looked at, or whose members do not add up, and why."""

    name: str
    reason: str


@frozen(kw_only=True)
class Why:
    """Why a metric moved. `before` and `now` are the values of the whole, and each decomposition adds up to their difference."""

    metric: Metric
    type: ValueType
    format: str | None
    period: Period
    unfinished: str
    against: Against
    where: str
    before: Fraction
    now: Fraction
    factors: tuple[MadeOf, ...] = ()
    terms: tuple[MadeOf, ...] = ()
    dimensions: tuple[ByDimension, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def change(self) -> Fraction:
        """By how much it moved."""
        return self.now - self.before
