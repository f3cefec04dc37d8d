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
    joined: bool = False,
) -> Problem:
    """The problem of a place; `instead` is what its fix writes (None: only the analyst can), apart from the words on its sides
    unless they are `joined`.
    """
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
        fixes = (
            Fix(
                title, (Edit(span, instead if joined else _apart(stop.text, start, end, instead)),), safe=safe
            ),
        )
    return UnexpectedText(span=span, sentence=sentence, mark=mark, remedies=fixes)


def _apart(text: str, start: int, end: int, instead: str) -> str:
    """What is put in, with a space where words on its sides would become one: `a;b`, `a&&b`."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if _of_a_word(before) and _of_a_word((instead or after)[:1]):
        instead = f" {instead}"
    if instead.strip() and _of_a_word(instead[-1:]) and _of_a_word(after):
        instead += " "
    return instead


def _of_a_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "`"}
