"""Says in plain words why a piece of text could not be read: one problem, the root cause."""

from collections.abc import Set as AbstractSet

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import SourceFile, Span
from metricdsl.syntax.scan import Scan


def complain(
    source: SourceFile, seen: Scan, start: int, at: int, word: str, expected: AbstractSet[str]
) -> Problem:
    """The problem of a piece that begins at `start` and cannot go on with `word` at offset `at` ("" at its end)."""
    end = at + max(1, len(word)) if word else at
    return UnexpectedText(span=Span(source.path, at, end), sentence=f"`{word}` is not expected here.")
