"""How large a formula is with all its metrics put in."""

from metricdsl.analysis.world import MOST_LEVELS
from metricdsl.model.formula import Aggregate, Expression
from metricdsl.model.parts import below

MOST_PARTS = 20_000
"""Parts of a formula, each use of a metric counted: more is a formula that doubles itself at every step."""


def measure(expression: Expression) -> tuple[int, int]:
    """Levels and parts of a group expression; shared parts are walked once, and counted for each use."""
    known: dict[int, tuple[int, int]] = {}
    waiting: list[Expression] = [expression]
    while waiting:
        here = waiting[-1]
        below = _below(here)
        missing = [b for b in below if id(b) not in known]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        levels = 1 + max((known[id(b)][0] for b in below), default=0)
        known[id(here)] = levels, 1 + sum(known[id(b)][1] for b in below)
    return known[id(expression)]


def too_large(expression: Expression) -> bool:
    """Whether a formula is more than engines can take."""
    levels, parts = measure(expression)
    return levels > MOST_LEVELS or parts > MOST_PARTS


def _below(expression: Expression) -> tuple[Expression, ...]:
    if isinstance(expression, Aggregate):
        where = expression.where
        return expression.arguments if where is None else (*expression.arguments, where)
    return below(expression)
