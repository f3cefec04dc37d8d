"""What is wrong in the formulas of sources, now that the tables are known."""

from collections.abc import Iterator, Sequence

from metricdsl.analysis import Analysis
from metricdsl.analysis.ordered import ordered
from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problems.types import NotACondition


def of_sources(analysis: Analysis) -> Iterator[Problem]:
    """What is wrong with the columns and row scopes of all sources, whatever needs them."""
    for header in analysis.world.headers.values():
        if header.source is not None:
            yield from _of_source(analysis, header)


def with_their_like(analysis: Analysis, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems of a question; beside a text that its source takes for a condition, all others of that source."""
    places = {problem.span for problem in problems if isinstance(problem, NotACondition)}
    more: list[Problem] = []
    for header in analysis.world.headers.values() if places else ():
        if header.source is not None:
            like = [one for one in _of_source(analysis, header) if isinstance(one, NotACondition)]
            more += like if any(one.span in places for one in like) else []
    return ordered([*problems, *more]) if more else tuple(problems)


def _of_source(analysis: Analysis, header: Header) -> Iterator[Problem]:
    for problems in (*header.lost.values(), analysis.unsound.get(header.name, ())):
        yield from (problem for problem in problems if problem.severity is Severity.ERROR)
