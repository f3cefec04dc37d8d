"""Results as text for machines: CSV, JSON, JSON lines, Markdown. Rows are written as they come; none are kept."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TextIO

from metricdsl.execution.json_object import column_object, json_value
from metricdsl.execution.shown import is_number, people
from metricdsl.spi.values import Others, ResultColumn

Rows = Iterable[Sequence[object]]
AS_THEY_ARE = frozenset({int, float, str, type(None)})
"""What a CSV writer writes as it is meant, null as nothing."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
"""Made once: `dumps` makes one for each value."""


def write_csv(out: TextIO, columns: Sequence[ResultColumn], rows: Rows) -> None:
    """RFC 4180 with a header, lines ended by a line feed; null is an empty field, a duration its seconds, a date ISO.

    The field of all others is empty too: there is no null beside it, and a text could be a value of the dimension.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([value if type(value) in AS_THEY_ARE else plain(value) for value in row] for row in rows)


def write_jsonl(out: TextIO, columns: Sequence[ResultColumn], rows: Rows, *, exact: bool) -> None:
    """An object a line, keyed by column name."""
    names = [json.dumps(column.name, ensure_ascii=False) for column in columns]
    for row in rows:
        pairs = zip(names, (_scalar(json_value(value, exact=exact)) for value in row), strict=True)
        out.write("{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}\n")


def write_json(
    out: TextIO,
    columns: Sequence[ResultColumn],
    rows: Rows,
    *,
    sql: str,
    problems: Sequence[object],
    exact: bool,
    accounting: object = None,
) -> None:
    """One object: columns, rows, sql, problems, and what became of all rows where that is given. Decimals keep all their digits."""
    head = [column_object(column) for column in columns]
    out.write('{"columns": ' + json.dumps(head, ensure_ascii=False) + ', "rows": [')
    out.writelines(
        (",\n " if number else "\n ") + _array(row, exact=exact) for number, row in enumerate(rows)
    )
    out.write('], "sql": ' + json.dumps(sql, ensure_ascii=False))
    if accounting is not None:
        out.write(', "accounting": ' + json.dumps(accounting, ensure_ascii=False))
    out.write(', "problems": ' + json.dumps(list(problems), ensure_ascii=False) + "}\n")


def write_markdown(out: TextIO, columns: Sequence[ResultColumn], rows: Rows) -> None:
    """A Markdown table."""
    out.write("| " + " | ".join(_cell(c.name) for c in columns) + " |\n")
    out.write("|" + "|".join(" ---: " if is_number(c.type) else " --- " for c in columns) + "|\n")
    for row in rows:
        cells = (
            people(value, column.type, column.format) for value, column in zip(row, columns, strict=True)
        )
        out.write("| " + " | ".join(_cell(cell) for cell in cells) + " |\n")


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def plain(value: object) -> str | int | float | Decimal:
    """A value as it stands in a CSV field."""
    match value:
        case None | Others():
            return ""
        case bool():
            return "true" if value else "false"
        case timedelta():
            return str(json_value(value, exact=True))
        case datetime() | date():
            return value.isoformat()
        case float() | int() | str():
            return value
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _array(row: Sequence[object], *, exact: bool) -> str:
    pieces = (_scalar(json_value(value, exact=exact)) for value in row)
    return "[" + ", ".join(pieces) + "]"


def _scalar(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return _ENCODER.encode(value)
