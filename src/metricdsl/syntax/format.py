"""The one formatting of a document: nothing to choose, nothing lost."""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from metricdsl.source import SourceFile
from metricdsl.syntax.format_declaration import Unit, units
from metricdsl.syntax.format_query import format_query
from metricdsl.syntax.nodes import Broken, Document

__all__ = ["format_document", "format_query"]


@frozen
class _Comment:
    """A comment: its text, its place, and whether something stands before it on its line."""

    text: str
    start: int
    end: int
    trailing: bool


def format_document(document: Document) -> str:
    """The text of a document in the one formatting. Formatting it again changes nothing; reading it gives the same document.

    A comment on a line of its own stands above what it stood above; one behind something stays behind it. One in the
    middle of a formula moves above it. Of several blank lines one is kept. What could not be read stays as it is.
    """
    source = document.source
    comments = [_comment(source, span.start, span.end, text) for span, text in document.comments]
    parts: list[tuple[Unit, bool]] = []
    for declaration in document.declarations:
        whole = units(declaration, source)
        parts += [(unit, isinstance(declaration, Broken)) for unit in whole]
    lines: list[str] = []
    for unit in _with_comments(parts, comments):
        if lines and _blank_before(source, unit):
            lines.append("")
        lines += unit.lines
    return "".join(line + "\n" for line in lines)


def _comment(source: SourceFile, start: int, end: int, text: str) -> _Comment:
    line = source.text.rfind("\n", 0, start) + 1
    return _Comment(text, start, end, trailing=bool(source.text[line:start].strip()))


def _blank_before(source: SourceFile, unit: Unit) -> bool:
    """Whether there is an empty line above the line that a unit begins in the text."""
    line = source.text.rfind("\n", 0, unit.start)
    if source.text[line + 1 : unit.start].strip(" \t|"):
        return False
    return line > 0 and not source.text[source.text.rfind("\n", 0, line) + 1 : line].strip()


def _with_comments(parts: Sequence[tuple[Unit, bool]], comments: Sequence[_Comment]) -> Iterator[Unit]:
    """The units in order, each comment as a unit of its own or at the end of the unit it stands behind."""
    waiting = list(reversed(comments))
    for i, (unit, verbatim) in enumerate(parts):
        following = parts[i + 1][0].start if i + 1 < len(parts) else None
        above: list[_Comment] = []
        behind: list[_Comment] = []
        while waiting and (waiting[-1].start < unit.end):
            comment = waiting.pop()
            if not (verbatim and comment.start >= unit.start):
                above.append(comment)
        while waiting and waiting[-1].trailing and (following is None or waiting[-1].start < following):
            behind.append(waiting.pop())
        above += behind[:-1]
        pad = unit.lines[0][: len(unit.lines[0]) - len(unit.lines[0].lstrip(" "))]
        if unit.lines[0].strip() == "}":
            pad += "  "
        start = unit.start
        for comment in above:
            yield Unit((pad + comment.text,), comment.start, comment.end)
        if above and above[-1].start > unit.start:
            start = above[-1].start
        ended = (*unit.lines[:-1], f"{unit.lines[-1]}  {behind[-1].text}") if behind else unit.lines
        yield evolve(unit, lines=ended, start=start)
    for comment in reversed(waiting):
        yield Unit((comment.text,), comment.start, comment.end)
