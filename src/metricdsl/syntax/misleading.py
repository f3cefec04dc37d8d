"""Text that can be read, but surely as something else than was meant: `--`, dates like 2026-1-5."""

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.diagnostics.problems.written import ImpossibleDate
from metricdsl.source import SourceFile, Span
from metricdsl.syntax.scan import Scan


def misleading(source: SourceFile, seen: Scan) -> Problem | None:
    """What could be read, but surely as something else than was meant; None where there is nothing of the kind."""
    if seen.dashes is not None and (seen.unclosed is None or seen.dashes < seen.unclosed[0]):
        span = Span(source.path, seen.dashes, seen.dashes + 2)
        return UnexpectedText(
            span=span,
            sentence="`--` does not begin a comment: comments begin with `#`.",
            mark="two minus signs",
            why="Read as arithmetic, `a -- b` would be a minus minus b: a plus b.",
            remedies=(
                Fix("write a comment with `#`", (Edit(span, "#"),)),
                Fix("write `- -` with a space where two minus signs are meant", (Edit(span, "- -"),)),
            ),
        )
    if seen.odd_date is not None:
        start, end = seen.odd_date
        written = source.text[start:end]
        year, month, day = written.split("-")
        return ImpossibleDate(
            span=Span(source.path, start, end),
            written=written,
            instead=f"{year}-{int(month):02}-{int(day):02}",
        )
    return None
