"""A result as a table for people: numbers whole and to the right, widths true for every script."""

import shutil
from collections.abc import Collection, Sequence

from rich.cells import cell_len, chop_cells

from metricdsl.execution.shown import exactly, is_number, people
from metricdsl.spi.values import ResultColumn

GAP = "  "
NARROWEST_TEXT = 12


def table(
    columns: Sequence[ResultColumn],
    rows: Sequence[Sequence[object]],
    width: int | None = None,
    *,
    exact: Collection[int] = (),
) -> str:
    """The lines of the table, with all digits in the `exact` columns.

    Text is folded where the terminal is narrow; a number is never cut, however wide the line.
    """
    shown = [
        [
            exactly(value, column.type) if at in exact else people(value, column.type, column.format)
            for at, (value, column) in enumerate(zip(row, columns, strict=True))
        ]
        for row in rows
    ]
    right = [is_number(column.type) for column in columns]
    heads = [column.name for column in columns]
    natural = [
        max(cell_len(head), *(cell_len(line) for row in shown for line in row[i].split("\n")), 1)
        if shown
        else cell_len(head)
        for i, head in enumerate(heads)
    ]
    widths = _fit(natural, right, width or shutil.get_terminal_size((100, 24)).columns)
    lines = [*_row(heads, widths, right), GAP.join("─" * w for w in widths)]
    for row in shown:
        lines.extend(_row(row, widths, right))
    return "\n".join(line.rstrip() for line in lines)


def _fit(natural: list[int], right: list[bool], limit: int) -> list[int]:
    """Narrow the text columns, the widest first, until the line fits or no text column can give more."""
    widths = list(natural)
    over = sum(widths) + len(GAP) * (len(widths) - 1) - limit
    while over > 0:
        able = [i for i, w in enumerate(widths) if not right[i] and w > NARROWEST_TEXT]
        if not able:
            break
        widest = max(able, key=lambda i: widths[i])
        give = min(over, widths[widest] - NARROWEST_TEXT)
        widths[widest] -= give
        over -= give
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    folded = [
        [piece for line in cell.split("\n") for piece in _fold(line, w)]
        for cell, w in zip(cells, widths, strict=True)
    ]
    height = max(len(lines) for lines in folded)
    return [
        GAP.join(
            _pad(lines[at] if at < len(lines) else "", w, to_right=r)
            for lines, w, r in zip(folded, widths, right, strict=True)
        )
        for at in range(height)
    ]


def _fold(line: str, width: int) -> list[str]:
    """The line in pieces that fit, broken between words where that is possible."""
    if cell_len(line) <= width:
        return [line]
    pieces = [""]
    for word in line.split(" "):
        longer = f"{pieces[-1]} {word}" if pieces[-1] else word
        if cell_len(longer) <= width:
            pieces[-1] = longer
        else:
            pieces += chop_cells(word, width)
    return [piece for piece in pieces if piece]


def _pad(text: str, width: int, *, to_right: bool) -> str:
    space = " " * max(0, width - cell_len(text))
    return space + text if to_right else text + space
