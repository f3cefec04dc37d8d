"""A result as a page of HTML that needs no other file."""

from html import escape
from typing import BinaryIO

from metricdsl.spi.renderers import Rendering

HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff }}
table {{ border-collapse: collapse }} th, td {{ padding: .3rem .8rem; border-bottom: 1px solid #ddd; text-align: left }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums }} caption {{ text-align: left; font-weight: 600; padding-bottom: .6rem }}
ul {{ color: #555 }} pre {{ color: #555; white-space: pre-wrap }}
</style></head><body><table><caption>{title}</caption><thead><tr>"""


def render(given: Rendering, out: BinaryIO) -> None:
    """Write the page: the table, what is said with it, and its SQL. Every text is escaped."""

    def say(text: str) -> None:
        out.write(text.encode("utf-8", "replace"))

    classes = [
        ' class="number"' if column.type.kind.numeric or column.type.kind.value == "duration" else ""
        for column in given.columns
    ]
    say(HEAD.format(title=escape(given.question)))
    for column, mark in zip(given.columns, classes, strict=True):
        say(f"<th{mark}>{escape(column.label or column.name)}</th>")
    say("</tr></thead><tbody>\n")
    for row in given.rows:
        cells = zip(row, given.columns, classes, strict=True)
        shown = (f"<td{mark}>{escape(given.shown(value, column))}</td>" for value, column, mark in cells)
        say(f"<tr>{''.join(shown)}</tr>\n")
    say("</tbody></table>\n")
    if given.notes:
        say(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in given.notes)}</ul>\n")
    say(f"<details><summary>SQL</summary><pre>{escape(given.sql)}</pre></details></body></html>\n")
