"""The usual range of a series: control charts of single values (XmR), of shares (p) and of counts for each of something (u), with
Laney's correction where so many are counted that chance alone would be too narrow.

XmR of 10, 50, 40, 30: mean 32.5, moving ranges 40, 10, 10 of mean 20, so 32.5 ± 2.66 × 20: from −20.7 to 85.7.
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from itertools import pairwise
from math import sqrt

from metricdsl.value import frozen

ENOUGH = 12
"""Finished periods below which no usual range is told."""
SPREAD = 2.66
"""Three standard deviations of single values, in mean moving ranges: 3 / 1.128."""
D2 = 1.128
"""The mean of the range of two values, in standard deviations."""
MANY = 1000
"""Denominators from which on limits of chance alone are narrower than what ordinarily changes from period to period."""
IN_A_ROW = 8


class Chart(Enum):
    """How the limits are made."""

    XMR = "XmR"
    P = "p"
    U = "u"
    P_LANEY = "p′"
    U_LANEY = "u′"


class Rule(Enum):
    """What makes a value a signal, in words."""

    BEYOND = "beyond the limit"
    RUN = "8 on one side of the mean"
    TWO_OF_THREE = "2 of 3 beyond two thirds of the way to the limit"


@frozen(kw_only=True)
class Observation:
    """A finished period with its value; `of` is how many it is a share of, where the chart goes by that."""

    starts: date
    value: float
    of: float | None = None


@frozen(kw_only=True)
class Limits:
    """The usual range of one period."""

    starts: date
    low: float
    high: float


@frozen(kw_only=True)
class Signal:
    """A value that is not usual: by which rules, and on which side of the mean."""

    starts: date
    above: bool
    rules: tuple[Rule, ...]


@frozen(kw_only=True)
class UsualRange:
    """The chart of a phase: its mean, the limits of each period, and the signals."""

    chart: Chart
    mean: float
    moving_range: float  # the mean of them, of XmR; of Laney's charts that of the standardised values
    limits: tuple[Limits, ...]
    signals: tuple[Signal, ...]
    since: str = ""  # the event that began the phase

    def of(self, starts: date) -> Limits | None:
        """The limits of a period."""
        return next((one for one in self.limits if one.starts == starts), None)

    def signal(self, starts: date) -> Signal | None:
        """What is unusual about a period, if anything."""
        return next((one for one in self.signals if one.starts == starts), None)


def usual_range(
    observations: Sequence[Observation],
    *,
    shares: bool = False,
    not_below_zero: bool = False,
    since: str = "",
    enough: int = ENOUGH,
) -> UsualRange | None:
    """The usual range of a phase, None where it has too few periods.

    With denominators a p chart of `shares`, else a u chart; without them XmR. `not_below_zero` is said of counts.
    """
    if len(observations) < enough:
        return None
    counted = [one.of for one in observations if one.of is not None and one.of > 0]
    if len(counted) == len(observations):
        return _of_counts(observations, counted, shares=shares, since=since)
    values = [one.value for one in observations]
    mean = sum(values) / len(values)
    spread = _mean_range(values)
    low, high = mean - SPREAD * spread, mean + SPREAD * spread
    if not_below_zero:
        low = max(0.0, low)
    limits = tuple(Limits(starts=one.starts, low=low, high=high) for one in observations)
    return UsualRange(
        chart=Chart.XMR,
        mean=mean,
        moving_range=spread,
        limits=limits,
        signals=_signals(observations, mean, [SPREAD * spread] * len(values)),
        since=since,
    )


def _of_counts(
    observations: Sequence[Observation], counted: Sequence[float], *, shares: bool, since: str
) -> UsualRange:
    """A chart by denominators: the mean is that of all, not of the periods."""
    total = sum(counted)
    mean = sum(one.value * of for one, of in zip(observations, counted, strict=True)) / total
    variance = mean * (1 - mean) if shares else mean
    by_chance = [sqrt(max(0.0, variance) / of) for of in counted]
    laney = total / len(counted) >= MANY and all(by_chance)
    factor, spread = 1.0, 0.0
    if laney:
        standard = [(one.value - mean) / sigma for one, sigma in zip(observations, by_chance, strict=True)]
        spread = _mean_range(standard)
        factor = spread / D2
    reach = [3 * sigma * factor for sigma in by_chance]
    ceiling = 1.0 if shares else float("inf")
    limits = tuple(
        Limits(starts=one.starts, low=max(0.0, mean - far), high=min(ceiling, mean + far))
        for one, far in zip(observations, reach, strict=True)
    )
    plain, corrected = (Chart.P, Chart.P_LANEY) if shares else (Chart.U, Chart.U_LANEY)
    return UsualRange(
        chart=corrected if laney else plain,
        mean=mean,
        moving_range=spread,
        limits=limits,
        signals=_signals(observations, mean, reach),
        since=since,
    )


def _mean_range(values: Sequence[float]) -> float:
    ranges = [abs(second - first) for first, second in pairwise(values)]
    return sum(ranges) / len(ranges) if ranges else 0.0


def _signals(observations: Sequence[Observation], mean: float, reach: Sequence[float]) -> tuple[Signal, ...]:
    """The periods that a rule singles out: each that is beyond its limit, and the last of a run or of two in three."""
    tiny = 1e-9 * max((abs(one.value) for one in observations), default=0.0)
    away = [one.value - mean for one in observations]
    side = [0 if abs(far) <= tiny else 1 if far > 0 else -1 for far in away]
    found: list[Signal] = []
    for at, one in enumerate(observations):
        if not side[at]:
            continue
        rules: list[Rule] = []
        if abs(away[at]) > reach[at] + tiny:
            rules.append(Rule.BEYOND)
        last = side[max(0, at - IN_A_ROW + 1) : at + 1]
        if len(last) == IN_A_ROW and all(other == side[at] for other in last):
            rules.append(Rule.RUN)
        three = range(max(0, at - 2), at + 1)
        far = [i for i in three if side[i] == side[at] and abs(away[i]) > reach[i] * 2 / 3 + tiny]
        if at in far and len(far) >= 2 and len(three) == 3:
            rules.append(Rule.TWO_OF_THREE)
        if rules:
            found.append(Signal(starts=one.starts, above=side[at] > 0, rules=tuple(rules)))
    return tuple(found)
