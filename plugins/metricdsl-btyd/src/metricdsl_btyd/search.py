"""The greatest value of a function of a few positive numbers, by the simplex of Nelder and Mead in their logarithms."""

from collections.abc import Callable, Sequence
from math import exp, isfinite, log

from metricdsl.spi.result_functions import NoValue

NEAR = 1e-10
MOST_STEPS = 4_000
FARTHEST = 60.0
"""How far the logarithm of a parameter may go: beyond it the likelihood grows without end, and nothing is found."""

Point = list[float]


def greatest(function: Callable[[Sequence[float]], float], begin: Sequence[float]) -> tuple[float, ...]:
    """The numbers at which the function is greatest. Raises `NoValue` where the search does not end."""

    def cost(point: Point) -> float:
        if any(abs(one) > FARTHEST for one in point):
            return float("inf")
        value = function([exp(one) for one in point])
        return -value if isfinite(value) else float("inf")

    best = _search(cost, [log(one) for one in begin])
    best = _search(cost, best)  # once more around what was found: a simplex may lie flat before it is there
    if any(abs(one) > FARTHEST / 2 for one in best):
        raise NoValue("the likelihood grows without end: the data do not tell the parameters")
    return tuple(exp(one) for one in best)


def _search(cost: Callable[[Point], float], begin: Point) -> Point:
    size = len(begin)
    corners = [begin] + [
        [one + (0.5 if at == axis else 0.0) for at, one in enumerate(begin)] for axis in range(size)
    ]
    known = [(cost(corner), corner) for corner in corners]
    for _ in range(MOST_STEPS):
        known.sort(key=lambda one: one[0])
        spread = max(abs(a - b) for _, corner in known[1:] for a, b in zip(corner, known[0][1], strict=True))
        if spread < 1e-7 and abs(known[-1][0] - known[0][0]) <= NEAR * (1 + abs(known[0][0])):
            return known[0][1]
        centre = [sum(corner[at] for _, corner in known[:-1]) / size for at in range(size)]
        known[-1:] = _moved(cost, known, centre)
    raise NoValue("the parameters were not found")


def _moved(
    cost: Callable[[Point], float], known: list[tuple[float, Point]], centre: Point
) -> list[tuple[float, Point]]:
    """What takes the place of the worst corner; where nothing is better, all are drawn to the best."""
    worst = known[-1]

    def at(factor: float) -> tuple[float, Point]:
        point = [c + factor * (w - c) for c, w in zip(centre, worst[1], strict=True)]
        return cost(point), point

    across = at(-1.0)
    if across[0] < known[0][0]:
        return [min(at(-2.0), across, key=lambda one: one[0])]
    if across[0] < known[-2][0]:
        return [across]
    inside = at(-0.5) if across[0] < worst[0] else at(0.5)
    if inside[0] < min(across[0], worst[0]):
        return [inside]
    best = known[0][1]
    drawn = [[b + (one - b) / 2 for b, one in zip(best, corner, strict=True)] for _, corner in known[1:]]
    known[1:-1] = [(cost(point), point) for point in drawn[:-1]]
    return [(cost(drawn[-1]), drawn[-1])]
