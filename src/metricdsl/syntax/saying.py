"""How a habit is said: the place, a sentence, what to write instead."""

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.stop import Stop


def say(
    stop: Stop,
    start: int,
    end: int,
    sentence: str,
    instead: str | None = None,
    *,
    safe: bool = True,
    mark: str = "",
) -> Problem:
    """The problem of a place; `instead` is what its fix writes (None: only the analyst can)."""
    span = Span(stop.file, start, end)
    fixes: tuple[Fix, ...] = ()
    if instead is not None:
        title = (
            f"write `{instead.strip()}`"
            if instead.strip()
            else "write a plain space"
            if instead
            else "take it away"
        )
        fixes = (Fix(title, (Edit(span, instead),), safe=safe),)
    return UnexpectedText(span=span, sentence=sentence, mark=mark, remedies=fixes)
