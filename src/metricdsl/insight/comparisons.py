"""A value beside one of another period: by how much it differs, in its unit, in percent or in points, each where that means something."""

from metricdsl.insight.quantities import Number, difference, in_points, quantity
from metricdsl.model.types import ValueType
from metricdsl.value import frozen


@frozen(kw_only=True)
class Change:
    """A comparison: with what, its value, and the difference. Numbers are quantities: of durations microseconds.

    `relative` is a part of what it is compared with: only where that is positive, and never of a share, which differs in points.
    """

    name: str  # prior month, prior year, baseline
    period: str  # the period it is compared with, as written; "" of a baseline
    value: object = None
    absolute: Number | None = None
    relative: float | None = None
    points: float | None = None
    same_days: int | None = None  # of a period that is not over: how many days of both are compared
    reason: str = ""  # why it is not compared

    @property
    def compared(self) -> bool:
        """Whether there is a difference."""
        return self.absolute is not None or self.points is not None


def change(
    name: str,
    period: str,
    value: object,
    other: object,
    of: ValueType,
    *,
    same_days: int | None = None,
) -> Change:
    """What a value differs by from another."""
    here, there = quantity(value), quantity(other)
    if here is None or there is None:
        reason = "no value here" if here is None else "no value there"
        return Change(name=name, period=period, value=other, same_days=same_days, reason=reason)
    gap = difference(here, there)
    if in_points(of):
        return Change(name=name, period=period, value=other, points=float(gap), same_days=same_days)
    relative = float(gap) / float(there) if there > 0 else None
    return Change(name=name, period=period, value=other, absolute=gap, relative=relative, same_days=same_days)
