"""The sheet of a scorecard as one picture, for mails and slides: the columns of the terminal's page, with trends that are drawn."""

from html import escape

from rich.cells import cell_len

from metricdsl.execution.shown import printable
from metricdsl.insight.goals import Status
from metricdsl.insight.scorecard import Scorecard
from metricdsl.report import drawing, words
from metricdsl.report.terminal import SHOWN, Column, columns_of
from metricdsl.report.trend import SMALL, small_trend

LINE, GAP, MARGIN, CELL = 26.0, 18.0, 16.0, 7.8
"""The height of a line, the room between columns and around, and the width of a character, none of which is wider."""
STYLE = """\
svg { background: #fff; } text { font: 13px monospace; fill: #1b1b1f; } .head { font-weight: bold; } .title { font: bold 18px sans-serif; }
.soft { fill: #55555f; } .ahead { fill: #0b6630; } .on-track { fill: #0a5a82; } .in-danger { fill: #855600; } .behind { fill: #ad1f1a; }
.line { stroke: #1f4e8c; stroke-width: 1.8; } .unfinished { stroke-dasharray: 4 3; } .point { fill: #1f4e8c; }
.open { fill: #fff; stroke: #1f4e8c; } .grid { stroke: #c9c9d2; }
@media (prefers-color-scheme: dark) {
  svg { background: #131316; } text { fill: #ececf1; } .soft { fill: #b3b3bf; } .ahead { fill: #7edb9b; } .on-track { fill: #84c9f5; }
  .in-danger { fill: #f0c14f; } .behind { fill: #ff9d95; } .line { stroke: #8fbcff; } .point { fill: #8fbcff; } .grid { stroke: #44444f; }
  .open { fill: #131316; stroke: #8fbcff; }
}
"""


def svg_page(card: Scorecard) -> str:
    """The picture, ending with a line feed."""
    columns = columns_of(card)
    trend = next(at for at, column in enumerate(columns) if column.head.startswith(f"{SHOWN} "))
    widths = [
        SMALL[0] if at == trend else CELL * max(cell_len(text) for text in (c.head, *map(c.cell, card.rows)))
        for at, c in enumerate(columns)
    ]
    width = sum(widths) + GAP * (len(columns) - 1) + 2 * MARGIN
    parts = [
        drawing.element("style", STYLE),
        drawing.text(MARGIN, MARGIN + 16, printable(card.label), "title"),
        drawing.text(MARGIN, MARGIN + 38, words.headline(card), "soft"),
    ]
    y = MARGIN + 38 + LINE
    for band in card.bands:
        if band.title:
            parts.append(drawing.text(MARGIN, y, printable(band.title), "head"))
            y += LINE
        x = MARGIN
        for column, size in zip(columns, widths, strict=True):
            parts.append(_cell(column.head, x, y, size, column, "head"))
            x += size + GAP
        parts.append(drawing.line([(MARGIN, y + 7), (width - MARGIN, y + 7)], "grid"))
        y += LINE
        for row in band.rows:
            x = MARGIN
            for at, (column, size) in enumerate(zip(columns, widths, strict=True)):
                if at == trend:
                    drawn = small_trend(row, SHOWN).replace(
                        "<svg ",
                        f'<svg x="{x:g}" y="{y - 15:g}" width="{SMALL[0]:g}" height="{SMALL[1]:g}" ',
                        1,
                    )
                    parts.append(drawn)
                else:
                    sign = (
                        row.status.value.replace(" ", "-")
                        if at == 0 and row.status is not Status.NO_GOAL
                        else ""
                    )
                    parts.append(_cell(column.cell(row), x, y, size, column, sign))
                x += size + GAP
            y += LINE
    parts.append(drawing.text(MARGIN, y, words.summary(card), "head"))
    y += LINE
    width = max(
        width, *(CELL * cell_len(line) + 2 * MARGIN for line in (words.headline(card), words.summary(card)))
    )
    label = printable(f"{card.label}, {card.period_text}: {words.summary(card)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {y:g}" width="{width:g}" height="{y:g}" role="img"'
        f' aria-label="{escape(label)}"><title>{escape(label)}</title>{"".join(parts)}</svg>\n'
    )


def _cell(body: str, x: float, y: float, size: float, column: Column, class_: str) -> str:
    return drawing.text(x + size if column.right else x, y, body, class_, "end" if column.right else "start")
