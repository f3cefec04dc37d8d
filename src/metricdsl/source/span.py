"""A half-open range of code points in one file."""

import attrs


@attrs.frozen(order=True)
class Span:
    """The place of something in a text: `file` as given to the reader, `start` and `end` in code points, end excluded."""

    file: str
    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The span from the start of this one to the end of the other."""
        return Span(self.file, min(self.start, other.start), max(self.end, other.end))
