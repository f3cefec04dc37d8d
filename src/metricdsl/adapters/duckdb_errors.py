"""What DuckDB says, in our words."""

import re
from pathlib import PurePath

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused, Interrupted, RanTooLong
from metricdsl.diagnostics.problems.files import DiskFull, FileLocked
from metricdsl.diagnostics.problems.numbers import NotFinite, NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
_TABLE = re.compile(r"Table with name (\S+) does not exist")
_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"')
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_FILE = re.compile(r"^\s*file = (.+)$", re.MULTILINE)
_CSV_COUNT = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_TEXT = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_SOURCE = re.compile(r"when casting from source column (.+)$", re.MULTILINE)
_NUMBER = re.compile(r"\bvalue (\S+)")
PYTHON_STOPPED = "Query interrupted"  # said by DuckDB's Python part, where that hears of Ctrl-C first
_FULL = ("No space left", "File too large", "disk quota", "max_temp_directory_size")


def opening_problem(error: Exception, path: str) -> Problem:
    """Why a database file could not be opened."""
    said = str(error)
    if "lock" in said:
        holder = _HOLDER.search(said)
        return FileLocked(
            path=path, holder=f"{holder[1]}, process {holder[2]}" if holder else "", detail=said
        )
    if "does not exist" in said or "No such file" in said:
        return CannotConnect(place=f"`{path}`", why="there is no such file", detail=said)
    if "not a valid DuckDB" in said or "magic" in said:
        return UnreadableFile(path=path, why="it is not a DuckDB file", detail=said)
    if "different configuration" in said:
        why = (
            "this process has it open with another `memory_limit`, `threads`, `temp_directory` or `read_only`"
        )
        return CannotConnect(place=f"`{path}`", why=why, detail=said)
    if "Permission denied" in said:
        return CannotConnect(place=f"`{path}`", why="you are not allowed to read it", detail=said)
    if "version" in said:
        why = "another version of DuckDB wrote it, which this one cannot read"
        return UnreadableFile(path=path, why=why, detail=said)
    return CannotConnect(place=f"`{path}`", why="DuckDB cannot open the file", detail=said)


def running_problem(error: Exception, limits: Limits) -> Problem:
    """Why a statement failed."""
    said = str(error)
    name = type(error).__name__
    if name == "InterruptException" or "INTERRUPT Error" in said or said == PYTHON_STOPPED:
        return stopped(limits, said)
    if any(mark in said for mark in _FULL):
        return DiskFull(detail=said)
    if name == "OutOfMemoryException" or "Out of Memory Error" in said:
        return DiskFull(what="the engine has used all the memory it may", detail=said)
    if "CSV Error" in said or "CSV Parser" in said:
        return _csv_problem(said)
    if found := _TABLE.search(said):
        return MissingTable(table=found[1], detail=said)
    if found := _COLUMN.search(said):
        return MissingColumn(table="", column=found[1] or found[2], detail=said)
    if name == "OutOfRangeException" or "Out of Range Error" in said:
        return NumberTooLarge(detail=said)
    if name == "ConversionException" or "Could not parse string" in said:
        return _no_value(said)
    if name == "IOException" or "IO Error" in said:
        return EngineRefused(engine="DuckDB", why="a file could not be read", detail=said)
    if name == "PermissionException":
        return EngineRefused(
            engine="DuckDB", why="it may not read files outside the connection's folder", detail=said
        )
    return EngineRefused(engine="DuckDB", why="it does not accept this query", detail=said)


def _no_value(said: str) -> Problem:
    """Of a value that does not convert: the column that has it, where DuckDB names it, and what it is."""
    column = _SOURCE.search(said)
    number = _NUMBER.search(said)
    if column is not None and number is not None and number[1].lstrip("-") in {"nan", "inf"}:
        return NotFinite(column=column[1], value=number[1], stored=True, detail=said)
    text = _TEXT.search(said.partition("\n")[0])
    value = (text[1] or text[2] or "") if text else number[1] if number else ""
    return ValueDoesNotConvert(
        file="the data",
        column=column[1] if column else "a column",
        type="of its declared type",
        examples=((None, value),) if value else (),
        detail=said,
    )


def stopped(limits: Limits, said: str = "") -> Problem:
    """What to say of a statement that was interrupted."""
    if limits.cancellation.reason == "deadline" and limits.deadline is not None:
        return RanTooLong(seconds=limits.deadline, detail=said)
    return Interrupted(detail=said)


def _csv_problem(said: str) -> Problem:
    line = _CSV_LINE.search(said)
    file = _CSV_FILE.search(said)
    path = PurePath(file[1].strip()).name if file else "the file"
    at = f"line {line[1]}" if line else "a line"
    if "not utf-8" in said or "Invalid unicode" in said:
        return UnreadableFile(
            path=path,
            why=f"{at} is not UTF-8 text",
            fix=f'state its encoding: `encoding = "latin-1"` under [connections.NAME.files."{path}"]',
            detail=said,
        )
    if count := _CSV_COUNT.search(said):
        return UnreadableFile(
            path=path, why=f"{at} has {count[2]} fields, the header {count[1]}", detail=said
        )
    if "state machine" in said:
        return UnreadableFile(
            path=path,
            why="its lines do not all end in one way",
            fix="save it anew with one kind of line ends: lines that were added later end otherwise than the first",
            detail=said,
        )
    if "quote" in said.casefold():
        return UnreadableFile(path=path, why=f"{at} opens a quote that is not closed", detail=said)
    return UnreadableFile(path=path, why=f"{at} does not fit the rest of the file", detail=said)
