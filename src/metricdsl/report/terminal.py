"""A scorecard for a terminal: a line for each metric. Where it is narrow whole columns are left out; no number is ever cut."""

from collections.abc import Callable, Sequence

from attrs import field
from rich.cells import cell_len

from metricdsl.execution.shown import printable
from metricdsl.insight.goals import Status
from metricdsl.insight.quantities import quantity
from metricdsl.insight.scorecard import Row, Scorecard
from metricdsl.report import words
from metricdsl.report.sparkline import sparkline
from metricdsl.value import frozen

GAP = "  "
SHOWN = 12
"""Periods of the small trend."""
COLOURS = {
    Status.AHEAD: "\x1b[32m",
    Status.ON_TRACK: "\x1b[36m",
    Status.IN_DANGER: "\x1b[33m",
    Status.BEHIND: "\x1b[31m",
}
PLAIN = "\x1b[0m"


@frozen(kw_only=True)
class Column:
    """A column of the page. Those with the least `keep` are the first to be left out; None always stays."""

    head: str
    cell: Callable[[Row], str] = field(eq=False)
    right: bool = False
    keep: int | None = None


def terminal(card: Scorecard, width: int = 100, *, colour: bool = False) -> str:
    """The scorecard as lines."""
    columns, left_out = fitting(card, width)
    sizes = [_size(card, column) for column in columns]
    lines = [*_folded(printable(f"{card.label} · {words.headline(card)}"), width), ""]
    for band in card.bands:
        if band.title:
            lines.append(printable(band.title))
        lines.append(_line([c.head for c in columns], sizes, columns))
        lines.append(GAP.join("─" * size for size in sizes))
        for row in band.rows:
            line = _line([column.cell(row) for column in columns], sizes, columns)
            lines.append(_coloured(line, row.status) if colour else line)
        lines.append("")
    lines.extend(_folded(words.summary(card), width))
    footer = [words.unfinished(card), *words.coverage(card), *card.notes]
    footer += [f"{row.title}: {row.reason}" for row in card.rows if row.reason]
    footer += [
        f"{row.title}: {row.judgement.reason}" for row in card.rows if row.judgement.reason and not row.reason
    ]
    for told in filter(None, footer):
        lines.extend(_folded(printable(told), width))
    if card.objectives:
        lines.append("")
        for one in card.objectives:
            said = words.objective(one.label, one.level, one.status, one.judged, one.of, one.attainment)
            because = f" — {', '.join(one.because)}" if one.because else ""
            indent = "  " * one.depth
            lines.extend(indent + line for line in _folded(printable(said + because), width - len(indent)))
    if left_out:
        lines.extend(_folded(f"left out for want of width: {', '.join(left_out)}", width))
    return "\n".join(line.rstrip() for line in lines)


def columns_of(card: Scorecard) -> list[Column]:
    """All columns there could be."""
    found = [
        Column(head="status", cell=words.status),
        Column(head="metric", cell=lambda row: printable(words.title(row))),
        Column(head=card.period_text, cell=words.value, right=True),
        Column(head="goal", cell=words.goal, right=True, keep=90),
        Column(head="of goal", cell=lambda row: words.percent(row.judgement.attainment), right=True, keep=80),
    ]
    if words.paced(card):
        found.append(Column(head="by now", cell=words.by_now, right=True, keep=85))
    for at, name in enumerate(words.compared_with(card)):
        found.append(Column(head=f"vs {name}", cell=_compared(at), right=True, keep=70 - at))
    found.append(Column(head=f"{SHOWN} {card.grain}s", cell=_trend, keep=20))
    found.append(Column(head="usual", cell=lambda row: words.usual(row, card), keep=10))
    return found


def fitting(card: Scorecard, width: int) -> tuple[list[Column], list[str]]:
    """The columns that fit, and the names of those that were left out."""
    columns = columns_of(card)
    if not any(row.judgement.goal for row in card.rows):
        columns = [column for column in columns if column.head not in {"goal", "of goal"}]
    left_out: list[str] = []
    sizes = {column.head: _size(card, column) for column in columns}
    while sum(sizes[c.head] for c in columns) + len(GAP) * (len(columns) - 1) > width:
        able = [column for column in columns if column.keep is not None]
        if not able:
            break
        least = min(able, key=lambda column: column.keep or 0)
        columns.remove(least)
        left_out.append(least.head)
    return columns, left_out


def _size(card: Scorecard, column: Column) -> int:
    return max(cell_len(column.head), *(cell_len(column.cell(row)) for row in card.rows), 1)


def _line(cells: Sequence[str], sizes: Sequence[int], columns: Sequence[Column]) -> str:
    return GAP.join(
        _padded(cell, size, to_right=column.right)
        for cell, size, column in zip(cells, sizes, columns, strict=True)
    )


def _padded(text: str, size: int, *, to_right: bool) -> str:
    space = " " * (size - cell_len(text))
    return space + text if to_right else text + space


def _compared(at: int) -> Callable[[Row], str]:
    return lambda row: words.change(row, row.changes[at])


def _trend(row: Row) -> str:
    over = [point for point in row.series if point.finished][-SHOWN:]
    numbers = [None if (n := quantity(point.value)) is None else float(n) for point in over]
    return sparkline(numbers).rjust(SHOWN)


def _coloured(line: str, status: Status) -> str:
    return f"{COLOURS[status]}{line}{PLAIN}" if status in COLOURS else line


def _folded(text: str, width: int) -> list[str]:
    """A text in lines, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width or not lines[-1].strip():
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
