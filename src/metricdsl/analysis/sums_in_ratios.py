"""What was told of a sum of members, seen again where it is divided.

sum(win_rate per rep) / count(rep)                                 the mean of the win rates, which `avg` says in one word
sum(win_rate per rep) / win_rate                                   `avg` in place of `sum` would be another ratio
"""

from attrs import evolve

from metricdsl.analysis.counted_rows import counted
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.levels import AddedAgain, RatiosDoNotAdd
from metricdsl.model.formula import Expression
from metricdsl.source import Span
from metricdsl.syntax import nodes


def look_again(work: Work, before: int, node: nodes.Binary, second: Expression | None) -> None:
    """The problems since then, those of sums within a ratio told as they are there."""
    number = None if second is None else counted(second)
    short = "" if number is None else work.world.headers[number.entity].short
    found: list[Problem] = []
    for problem in work.problems[before:]:
        if (
            not isinstance(problem, AddedAgain | RatiosDoNotAdd)
            or not problem.by
            or problem.ratio is not None
        ):
            found.append(problem)
            continue
        top = problem.span is not None and _same(problem.span, node.left.span)
        mean = top and short == problem.by
        found.append(evolve(problem, ratio=node.span, mean=mean))  # type: ignore[misc]
    work.problems[before:] = found


def _same(sum_: Span, side: Span) -> bool:
    """Whether a sum is a whole side of the ratio, parentheses aside."""
    return (
        side.start <= sum_.start
        and sum_.end <= side.end
        and side.end - side.start - (sum_.end - sum_.start) <= 4
    )
