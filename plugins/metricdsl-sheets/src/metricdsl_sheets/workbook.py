"""A result as a workbook (XLSX)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from metricdsl.spi.meaning import MANY, Form, Kind
from metricdsl.spi.renderers import Rendering
from metricdsl.spi.values import ResultColumn, Sign

MOST_ROWS = 1_048_575  # a sheet has one more, which is the head
MOST_COLUMNS = 16_384
MOST_LETTERS = 32_767
DIGITS = 15  # that a spreadsheet keeps of a number
FIRST_DAY = date(1900, 3, 1)  # spreadsheets count a 29 February 1900, so that days before it are of no use
WIDEST = 60


def render(given: Rendering, out: BinaryIO) -> None:
    """Write the workbook: the result on the first sheet, where it comes from on the second."""
    if len(given.columns) > MOST_COLUMNS:
        raise ValueError(f"a sheet has {MOST_COLUMNS:,} columns at most")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Result")
    sheet.freeze_panes = "A2"
    for at, column in enumerate(given.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = min(WIDEST, max(12, len(_head(column)) + 2))
    sheet.append([_text(sheet, _head(column), bold=True) for column in given.columns])
    formats = [_number_format(column) for column in given.columns]
    for number, row in enumerate(given.rows, 1):
        if number > MOST_ROWS:
            raise ValueError(f"a sheet has {MOST_ROWS:,} rows at most: ask for fewer, or for csv")
        sheet.append(
            [
                _cell(sheet, value, form, given.shown(value, column))
                for value, form, column in zip(row, formats, given.columns, strict=True)
            ]
        )
    about = book.create_sheet("About")
    about.column_dimensions["B"].width = 100
    told = [("question", given.question), *(("note", note) for note in given.notes), ("SQL", given.sql)]
    for what, text in told:
        about.append([_text(about, what, bold=True), _text(about, text)])
    book.save(out)


def _head(column: ResultColumn) -> str:
    return column.label or column.name


def _cell(sheet: Any, value: Any, form: str, shown: str) -> Any:
    """A value as a spreadsheet keeps it; what it would round, or does not know, is a text with all that it has."""
    match value:
        case None:
            return None
        case bool():
            return value
        case str() | Sign():
            return _text(sheet, str(value))
        case int() | float() | Decimal():
            return _number(sheet, value, form)
        case timedelta() if value < timedelta():  # spreadsheets show no time below 0
            return _text(sheet, shown)
        case timedelta():
            made = WriteOnlyCell(sheet, value.total_seconds() / 86_400)
            made.number_format = "[h]:mm:ss"
            return made
        case datetime() | date():
            if (value.date() if isinstance(value, datetime) else value) < FIRST_DAY:
                return _text(sheet, value.isoformat())
            made = WriteOnlyCell(sheet, value)
            made.number_format = "yyyy-mm-dd hh:mm:ss" if isinstance(value, datetime) else "yyyy-mm-dd"
            return made
        case _:
            return _text(sheet, str(value))


def _number(sheet: Any, value: float | Decimal, form: str) -> Any:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or (
        not isinstance(value, float) and len(exact.normalize().as_tuple().digits) > DIGITS
    ):
        return _text(sheet, format(exact, "f") if exact.is_finite() else str(value))
    made = WriteOnlyCell(sheet, value)
    made.number_format = form
    return made


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A text, never a formula, whatever it begins with."""
    if len(text) > MOST_LETTERS:
        raise ValueError(f"a cell has {MOST_LETTERS:,} letters at most")
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text))
    made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    return made


def _number_format(column: ResultColumn) -> str:
    unit = column.type.unit
    if unit.bare and unit.form in {Form.SHARE, Form.CHANGE, Form.POINTS}:
        return "0.0%"
    if column.type.kind is Kind.INTEGER:
        return "#,##0"
    if any(base.kind in {"currency", MANY} and exponent > 0 for base, exponent in unit.powers):
        return "#,##0.00"
    return "General"
