"""A text with its name, and where its lines begin."""

from bisect import bisect_right
from functools import cached_property

from attrs import define, field

from metricdsl.source.span import Span


@define(frozen=True, slots=False)
class SourceFile:
    """One `.metric` text. Its text has no byte order mark and line feeds as line ends (`SourceFile.of` sees to that)."""

    path: str
    text: str = field(repr=False)

    @classmethod
    def of(cls, path: str, text: str) -> "SourceFile":
        """A file whose line ends are unified and whose byte order mark is dropped."""
        return cls(path, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offsets at which the lines begin."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, the column in code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1) without its line end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start : span.end]
