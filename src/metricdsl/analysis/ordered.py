"""Problems in the order of the text, each once."""

from collections.abc import Sequence

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.hooks import FoundByPlugin
from metricdsl.source import Span

LAST = Span("\uffff", 0, 0)


def ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of files and places; one code at one place is one problem, however often it was met."""
    seen: dict[object, Problem] = {}
    for problem in problems:
        check = problem.check if isinstance(problem, FoundByPlugin) else ""  # its code is that of all checks
        key = (problem.code, check, problem.span or problem.message())
        first = seen.setdefault(key, problem)
        if problem.by_use is not None and problem.by_use < (
            first.by_use or LAST
        ):  # of several uses the first
            seen[key] = problem
    return tuple(sorted(seen.values(), key=_place))


def _place(problem: Problem) -> tuple[str, int, int, str]:
    span = problem.span or LAST
    return span.file, span.start, span.end, problem.code
