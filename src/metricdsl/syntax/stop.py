"""Where reading stopped: the text around it, and what could have stood there."""

import re
from collections.abc import Set as AbstractSet
from functools import cached_property

from metricdsl.source import SourceFile, Span
from metricdsl.syntax.scan import Scan, scan
from metricdsl.value import frozen

_SIGNS = {
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "COMMA": ",",
    "COLON": ":",
    "EQUAL": "=",
    "DOT": ".",
    "VBAR": "|",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
}
_SORTS = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "DATE": "a date",
    "CLOCK": "a time such as `09:00`",
    "PERIOD": "a period",
    "DURATION": "a duration",
    "PERCENT": "a percentage",
    "COMPARE": "a comparison",
    "$END": "the end",
}
_TWO_WORDS = re.compile(r'(?P<word>[^\W\d]\w*)[ \t]+(?:[^\W\d][\w.]*|`[^`\n]*`)(?:[ \t]+"[^"\n]*")?\s*$')
_LAST = re.compile(r'(?:[^\W\d]\w*|\d[\w.%]*|"[^"\n]*"|`[^`\n]*`|\S)$')


@frozen
class Stop:
    """Reading of the piece from `start` to `end` stopped at offset `at`, before `word` ("" at the end of the piece)."""

    source: SourceFile
    seen: Scan
    start: int
    end: int
    at: int
    word: str
    expected: AbstractSet[str]

    @property
    def file(self) -> str:
        """The path of the text."""
        return self.source.path

    @cached_property
    def text(self) -> str:
        """The text up to the end of the piece: what stands behind it belongs to the next declaration."""
        return self.source.text[: self.end]

    @property
    def span(self) -> Span:
        """The place of the word."""
        return Span(self.file, self.at, self.at + len(self.word))

    @property
    def behind(self) -> Span:
        """The empty place behind the last thing that was read."""
        end = self.start + len(self._said())
        return Span(self.file, end, end)

    @property
    def before(self) -> str:
        """The last character that was read."""
        return self._said()[-1:]

    def last_word(self) -> Span:
        """The place of the last thing that was read."""
        said = self._said()
        found = _LAST.search(said, max(0, len(said) - 200))
        start = found.start() if found else max(0, len(said) - 1)
        return Span(self.file, self.start + start, self.start + len(said))

    def two_words_before(self) -> tuple[str, Span] | None:
        """The first of the two words before the place (a label between does not count)."""
        said = self._said()
        found = _TWO_WORDS.search(said, max(0, len(said) - 200))
        if found is None:
            return None
        return found["word"], Span(
            self.file, self.start + found.start("word"), self.start + found.end("word")
        )

    def _said(self) -> str:
        """What was read, without blanks and comments at its end."""
        return self.text[self.start : scan(self.text, self.start, self.at).end]


def words_of(expected: AbstractSet[str]) -> tuple[str, ...]:
    """The words of the language among terminals."""
    return tuple(sorted(t.lower() for t in expected if t not in _SIGNS and t not in _SORTS and t[0] != "_"))


def phrase(expected: AbstractSet[str]) -> str:
    """What is expected, in words: `a formula`, `a name`, "`from` or `{`"."""
    if {"NAME", "NUMBER", "LPAR"} <= expected:
        return "a formula"
    if {"NUMBER", "DATE", "STRING", "TRUE"} <= expected:
        return "a value"
    sorts = [said for terminal, said in _SORTS.items() if terminal in expected and terminal != "$END"]
    signs = [f"`{sign}`" for terminal, sign in _SIGNS.items() if terminal in expected]
    keywords = [f"`{word}`" for word in words_of(expected)]
    every = sorts + signs + keywords
    if len(every) > 7:
        every = [*(sorts + signs[:3] + keywords)[:6], "…"]
    if not every:
        return "nothing more"
    return every[0] if len(every) == 1 else ", ".join(every[:-1]) + " or " + every[-1]
