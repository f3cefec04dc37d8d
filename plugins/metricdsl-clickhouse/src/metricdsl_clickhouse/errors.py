"""What ClickHouse says, in our words."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull
from metricdsl.diagnostics.problems.numbers import NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_NAME = re.compile(r"\((\w+)\)\s*$")
_TABLE = re.compile(r"Unknown table expression identifier '([^']+)'|Table (\S+) does not exist")
_COLUMN = re.compile(
    r"Unknown expression(?: or function)? identifier [`']([^`']+)[`']|Identifier '([^']+)' cannot be resolved"
)
_VALUE = re.compile(r"(?:not readable: )([^']*)'")
_CONVERSIONS = {
    "CANNOT_PARSE_TEXT",
    "CANNOT_PARSE_DATE",
    "CANNOT_PARSE_DATETIME",
    "CANNOT_PARSE_BOOL",
    "CANNOT_PARSE_NUMBER",
}
_OVERFLOWS = {"DECIMAL_OVERFLOW", "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", "ARGUMENT_OUT_OF_BOUND"}


def running_problem(error: Exception, limits: Limits) -> Problem:
    """Why a statement failed."""
    del limits
    said = str(error)
    found = _NAME.search(said)
    name = found[1] if found else ""
    if name == "MEMORY_LIMIT_EXCEEDED":
        return DiskFull(what="the engine has used all the memory it may", detail=said)
    if name in {"NOT_ENOUGH_SPACE", "CANNOT_WRITE_TO_FILE_DESCRIPTOR"}:
        return DiskFull(detail=said)
    if name in {
        "INCORRECT_DATA",
        "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
        "CANNOT_READ_ALL_DATA",
        "CANNOT_PARSE_QUOTED_STRING",
    }:
        return UnreadableFile(path="the file", why="a line of it does not fit the others", detail=said)
    if name in _CONVERSIONS or "not readable: " in said:
        value = _VALUE.search(said)
        examples = ((None, value[1]),) if value else ()
        return ValueDoesNotConvert(
            file="the data", column="a column", type="of its declared type", examples=examples, detail=said
        )
    if name in _OVERFLOWS:
        return NumberTooLarge(detail=said)
    if name == "UNKNOWN_TABLE" and (table := _TABLE.search(said)):
        return MissingTable(table=table[1] or table[2], detail=said)
    if name == "UNKNOWN_IDENTIFIER" and (column := _COLUMN.search(said)):
        return MissingColumn(table="", column=(column[1] or column[2]).rpartition(".")[2], detail=said)
    return EngineRefused(engine="ClickHouse", why="it does not accept this query", detail=said)
