"""The rate at which payments weigh nothing together: all rates above -100 % at which a present value is 0."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from metricdsl.spi.result_functions import NoValue

Flow = tuple[float, float]
"""When, in steps from the first, and how much."""

LEAST, MOST = -0.999_999, 1e6
"""Between which a rate is looked for: per step, 1 is 100 %."""
POINTS = 4_000


def present_value(flows: Sequence[Flow], rate: float) -> float:
    """What the flows are worth at the first step. Raises `NoValue` where no number is so large."""
    try:
        return sum(amount * (1 + rate) ** -when for when, amount in flows)
    except OverflowError as error:
        raise NoValue("what comes late is worth more than any number at such a rate") from error


def rate_of_return(flows: Sequence[Flow]) -> float:
    """The one rate at which the flows are worth nothing. Raises `NoValue` where there is none, or several.

    Where the signs of the flows change once there is exactly one (Descartes). Where they change more often there may be several, and none
    of them is the rate of return.
    """
    amounts = [amount for _, amount in sorted(flows) if amount]
    changes = sum((one < 0) != (other < 0) for one, other in pairwise(amounts))
    if not changes:
        raise NoValue("nothing comes back of what is paid, or nothing is paid for what comes back")
    scale = max(abs(amount) for amount in amounts)

    def worth(rate: float) -> float:
        try:
            return present_value(flows, rate) / scale
        except NoValue:  # near -100 % what comes last outweighs all else
            return float("inf") if amounts[-1] > 0 else float("-inf")

    found = [_between(worth, low, high) for low, high in _brackets(worth)]
    if not found:
        raise NoValue("no rate between -100 % and 100,000,000 % fits")
    if len(found) > 1:
        raise NoValue(f"several rates fit: {', '.join(f'{rate:.2%}' for rate in found[:4])}")
    return found[0]


def _brackets(worth: Callable[[float], float]) -> list[tuple[float, float]]:
    """Between which neighbours of a grid the sign changes. The grid is even in the logarithm of 1 + rate."""
    steps = ((1 + MOST) / (1 + LEAST)) ** (1 / POINTS)
    rates = [(1 + LEAST) * steps**at - 1 for at in range(POINTS + 1)]
    values = [worth(rate) for rate in rates]
    found = []
    for (low, one), (high, other) in pairwise(zip(rates, values, strict=True)):
        if one == 0:
            found.append((low, low))
        elif other != 0 and (one < 0) != (other < 0):
            found.append((low, high))
    return found


def _between(worth: Callable[[float], float], low: float, high: float) -> float:
    """The rate between two at which the sign changes, by halves: as near as doubles are, and 0 where it is 0."""
    falls = worth(low) > 0
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            plain = round(middle, 12) + 0.0
            return plain if worth(plain) == 0 else middle
        if (worth(middle) > 0) == falls:
            low = middle
        else:
            high = middle
