"""The one formatting of a document: nothing to choose, nothing lost."""

from collections.abc import Iterator, Sequence

from metricdsl.source import SourceFile
from metricdsl.syntax.format_declaration import units
from metricdsl.syntax.format_formula import STEP
from metricdsl.syntax.format_queries import format_query
from metricdsl.syntax.format_unit import Unit
from metricdsl.syntax.nodes import Broken, Document
from metricdsl.value import frozen

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
    for said, at in _with_comments(parts, comments):
        if lines and at is not None and _blank_before(source, at):
            lines.append("")
        lines += said
    return "".join(line + "\n" for line in lines)


def _comment(source: SourceFile, start: int, end: int, text: str) -> _Comment:
    line = source.text.rfind("\n", 0, start) + 1
    return _Comment(text, start, end, trailing=bool(source.text[line:start].strip()))


def _blank_before(source: SourceFile, at: int) -> bool:
    """Whether something begins a line at this place, and the line above is empty."""
    line = source.text.rfind("\n", 0, at)
    if source.text[line + 1 : at].strip(" \t|"):
        return False
    return line > 0 and not source.text[source.text.rfind("\n", 0, line) + 1 : line].strip()


def _with_comments(
    parts: Sequence[tuple[Unit, bool]], comments: Sequence[_Comment]
) -> Iterator[tuple[Sequence[str], int | None]]:
    """The lines of units and comments in order, each with the place that tells whether a blank line goes above it.

    A comment from inside a unit goes above the unit, and takes the unit's place: nothing comes between the two.
    """
    waiting = list(reversed(comments))
    for i, (unit, verbatim) in enumerate(parts):
        following = parts[i + 1][0].start if i + 1 < len(parts) else None
        above: list[_Comment] = []
        behind: list[_Comment] = []
        while waiting and waiting[-1].start < unit.end:
            comment = waiting.pop()
            if not (verbatim and comment.start >= unit.start):
                above.append(comment)
        while waiting and waiting[-1].trailing and (following is None or waiting[-1].start < following):
            behind.append(waiting.pop())
        above += behind[:-1]
        pad = unit.lines[0][: len(unit.lines[0]) - len(unit.lines[0].lstrip(" "))]
        if unit.lines[0].strip() == "}":
            pad += STEP
        place: int | None = unit.start
        for comment in above:
            inside = comment.start > unit.start
            yield [pad + comment.text], place if inside else comment.start
            place = None if inside else place
        ended = (*unit.lines[:-1], f"{unit.lines[-1]}  {behind[-1].text}") if behind else unit.lines
        yield ended, place
    for comment in reversed(waiting):
        yield [comment.text], comment.start
