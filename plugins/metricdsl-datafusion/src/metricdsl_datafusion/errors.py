"""What DataFusion says, in our words."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull
from metricdsl.diagnostics.problems.numbers import NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_TABLE = re.compile(r"table '([^']+)' not found", re.IGNORECASE)
_COLUMN = re.compile(r"No field named ([^.\s]+(?:\.[^.\s]+)*)\.")
_TEXT = re.compile(r"Cannot cast string '(?:not readable: )?([^']*)'|Error parsing timestamp from '([^']*)'")
_CSV = re.compile(r"CSV parse error: (.*)", re.DOTALL)
_TOO_LARGE = (
    "overflow",
    "out of range",
    "too large",
    "exceeds the maximum",
    "can't be cast",
    "Can't cast value",
)
_FULL = ("No space left", "Resources exhausted")


def running_problem(error: Exception, limits: Limits) -> Problem:
    """Why a statement failed."""
    del limits
    said = str(error)
    if any(mark in said for mark in _FULL):
        return DiskFull(detail=said)
    if found := _CSV.search(said):
        return UnreadableFile(path="the file", why="a line of it does not fit the others", detail=found[1])
    if "invalid UTF8" in said:
        fix = 'state its encoding: `encoding = "latin-1"` under [connections.NAME.files."FILE"]'
        return UnreadableFile(path="the file", why="it is not UTF-8 text", fix=fix, detail=said)
    if (found := _TEXT.search(said)) or "not readable: " in said:
        value = next((part for part in found.groups() if part is not None), "") if found else ""
        examples = ((None, value),) if value else ()
        return ValueDoesNotConvert(
            file="the data", column="a column", type="of its declared type", examples=examples, detail=said
        )
    if found := _TABLE.search(said):
        return MissingTable(table=found[1].rpartition(".")[2], detail=said)
    if found := _COLUMN.search(said):
        return MissingColumn(table="", column=found[1].rpartition(".")[2].strip('"'), detail=said)
    if any(mark.casefold() in said.casefold() for mark in _TOO_LARGE):
        return NumberTooLarge(detail=said)
    return EngineRefused(engine="DataFusion", why="it does not accept this query", detail=said)
