"""Looks over a text without reading it: comments, brackets, where its last word ends."""

import re

from metricdsl.source import Span
from metricdsl.value import frozen

MOST_CHARACTERS = 1_000_000
MOST_LEVELS = 100  # brackets in one another

_PIECE = re.compile(
    r'"(?:\\.|[^"\\\n])*(?P<closed>"?)|`[^`\n]*(?P<quoted>`?)|(?P<comment>#[^\n]*)|(?P<bracket>[(){}\[\]])'
    r"|(?P<dashes>--)|(?P<date>(?<![\w.])(?:19|20)\d\d-\d{1,2}-\d{1,2}(?!\w))"
)
_BEFORE = {")": "(", "}": "{", "]": "["}


@frozen
class Scan:
    """What was seen in a piece of text; all places are offsets into the whole text.

    `open` are the brackets never closed, outermost first; `stray` is the first closing one that closes nothing or the
    wrong one; `deep` is where the nesting first passes the limit; `unclosed` is the first text or quoted name without its
    closing quote; `dashes` is the first `--`, `odd_date` the first text like 2026-1-5, both of which would read as
    subtractions; `end` is behind the last thing that is neither blank nor comment.
    """

    open: tuple[tuple[str, int], ...]
    stray: int | None
    deep: int | None
    unclosed: tuple[int, int] | None
    dashes: int | None
    odd_date: tuple[int, int] | None
    end: int


def scan(text: str, start: int, end: int, limit: int = MOST_LEVELS) -> Scan:
    """What can be seen in `text[start:end]` in one pass."""
    brackets: list[tuple[str, int]] = []
    lost: list[tuple[str, int]] = []
    stray = deep = unclosed = dashes = odd_date = None
    last, comment_from = start, start
    for piece in _PIECE.finditer(text, start, end):
        match piece.lastgroup:
            case "comment":
                last = _last_word(text, last, comment_from, piece.start())
                comment_from = piece.end()
            case "bracket":
                sign = piece["bracket"]
                if sign in "({[":
                    brackets.append((sign, piece.start()))
                    deep = piece.start() if deep is None and len(brackets) > limit else deep
                elif any(opened == _BEFORE[sign] for opened, _ in brackets):
                    while brackets[-1][0] != _BEFORE[sign]:
                        lost.append(brackets.pop())
                    brackets.pop()
                elif stray is None:
                    stray = piece.start()
            case "dashes":
                dashes = piece.start() if dashes is None else dashes
            case "date":
                odd_date = (
                    piece.span() if odd_date is None and len(piece[0]) != len("2026-01-31") else odd_date
                )
            case _:
                closed = piece["closed"] or piece["quoted"]
                unclosed = piece.span() if unclosed is None and not closed else unclosed
    last = _last_word(text, last, comment_from, end)
    opened = tuple(sorted(lost + brackets, key=lambda bracket: bracket[1]))
    return Scan(
        open=opened, stray=stray, deep=deep, unclosed=unclosed, dashes=dashes, odd_date=odd_date, end=last
    )


def _last_word(text: str, last: int, start: int, end: int) -> int:
    """The end of the text before `end` without its trailing blanks, or `last` where there is nothing since `start`."""
    said = text[start:end].rstrip()
    return start + len(said) if said else last


def comments(file: str, text: str) -> tuple[tuple[Span, str], ...]:
    """All comments with their places, the `#` included, blanks at their ends not."""
    return tuple(
        (Span(file, piece.start(), piece.start() + len(said)), said)
        for piece in _PIECE.finditer(text)
        if piece["comment"] is not None and (said := piece["comment"].rstrip())
    )
