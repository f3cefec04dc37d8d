"""Looks over a text without reading it: comments, brackets, where its last word ends."""

import re

from attrs import frozen

from metricdsl.source import Span

_PIECE = re.compile(
    r'"(?:\\.|[^"\\\n])*(?P<closed>"?)|`[^`\n]*(?P<quoted>`?)|(?P<comment>#[^\n]*)|(?P<bracket>[(){}\[\]])'
)
_BEFORE = {")": "(", "}": "{", "]": "["}


@frozen
class Scan:
    """What was seen in a piece of text; all places are offsets into the whole text.

    `open` are the brackets never closed, outermost first; `stray` is the first closing one that closes nothing or the
    wrong one; `deep` is where the nesting first passes the limit; `unclosed` is the first text or quoted name without its
    closing quote; `end` is behind the last thing that is neither blank nor comment.
    """

    open: tuple[tuple[str, int], ...]
    stray: int | None
    deep: int | None
    unclosed: tuple[int, int] | None
    end: int


def scan(text: str, start: int, end: int, limit: int) -> Scan:
    """What can be seen in `text[start:end]` in one pass."""
    brackets: list[tuple[str, int]] = []
    stray = deep = unclosed = None
    last, comment_from = start, start
    for piece in _PIECE.finditer(text, start, end):
        if piece["comment"] is not None:
            last = _last_word(text, last, comment_from, piece.start())
            comment_from = piece.end()
        elif sign := piece["bracket"]:
            if sign in "({[":
                brackets.append((sign, piece.start()))
                if len(brackets) > limit and deep is None:
                    deep = piece.start()
            elif brackets and brackets[-1][0] == _BEFORE[sign]:
                brackets.pop()
            elif stray is None:
                stray = piece.start()
        elif unclosed is None and not (piece["closed"] or piece["quoted"]):
            unclosed = (piece.start(), piece.end())
    last = _last_word(text, last, comment_from, end)
    return Scan(open=tuple(brackets), stray=stray, deep=deep, unclosed=unclosed, end=last)


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
