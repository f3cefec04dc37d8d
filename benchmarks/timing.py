"""Interleaved pairs: two things timed in turn, A B A B …, and the ratio of each pair; so a drift of the machine cancels out."""

import random
import statistics
from collections.abc import Callable
from time import perf_counter

from attrs import frozen


@frozen
class Ratio:
    """The median of the pairwise ratios with its 95 % bootstrap interval, and the two medians in seconds."""

    median: float
    low: float
    high: float
    first: float
    second: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}, {self.high:.2f}] ({self.first * 1e3:,.2f} ms / {self.second * 1e3:,.2f} ms, {self.pairs} pairs)"


def seconds(work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def pairs(
    first: Callable[[], object],
    second: Callable[[], object],
    count: int,
    warm_up: int = 1,
    clock: Callable[[], float] = perf_counter,
) -> Ratio:
    """Time two things in turn; which goes first changes from pair to pair.

    `time.process_time` as the clock leaves out what other processes take, for work on one thread.
    """
    for _ in range(warm_up):
        first()
        second()
    a, b = [], []
    for turn in range(count):
        if turn % 2:
            b.append(seconds(second, clock))
            a.append(seconds(first, clock))
        else:
            a.append(seconds(first, clock))
            b.append(seconds(second, clock))
    return ratio(a, b)


def ratio(first: list[float], second: list[float]) -> Ratio:
    """The ratio of two series of seconds, taken pair by pair."""
    ratios = [x / y for x, y in zip(first, second, strict=True)]
    low, high = interval(ratios)
    return Ratio(
        statistics.median(ratios), low, high, statistics.median(first), statistics.median(second), len(ratios)
    )


def interval(values: list[float], draws: int = 2000) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the median."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(draws))
    return medians[int(draws * 0.025)], medians[int(draws * 0.975) - 1]


def repeat(work: Callable[[], object], count: int, warm_up: int = 1) -> tuple[float, float, float]:
    """Median, least and greatest seconds of a thing done several times."""
    for _ in range(warm_up):
        work()
    times = [seconds(work) for _ in range(count)]
    return statistics.median(times), min(times), max(times)


YARD = 30_000


def yard() -> int:
    """A fixed piece of work: 30,000 additions, which take 1 to 2 ms on most quiet machines of these years, longer on a busy one."""
    total = 0
    for number in range(YARD):
        total += number
    return total
