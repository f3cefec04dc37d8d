"""What Spark says, in our words."""

import re

from metricdsl.adapters.duckdb_errors import stopped
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull
from metricdsl.diagnostics.problems.numbers import NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_.]+)\]")
_NAME = re.compile(r"(?:table or view|name) ((?:`(?:[^`]|``)+`\.?)+)")
_VALUE = re.compile(r"The value '(?:not readable: )?(.*?)' of the type", re.DOTALL)
_MEMORY = ("OutOfMemoryError", "SPARK_OUT_OF_MEMORY", "No space left", "Not enough memory", "MaxResultSize")
_TOO_LARGE = ("OVERFLOW", "OUT_OF_RANGE", "EXCEEDS_MAX_PRECISION", "NUMERIC_VALUE")
_CONVERSIONS = ("CAST_INVALID_INPUT", "CANNOT_PARSE", "INVALID_DATETIME", "DATETIME_FIELD_OUT_OF_BOUNDS")
_FILES = (
    "FAILED_READ_FILE",
    "MALFORMED_RECORD",
    "MALFORMED_CSV",
    "CANNOT_READ_FILE",
    "PATH_NOT_FOUND",
    "PARQUET",
)
_GONE = (
    *("UNAVAILABLE", "RETRIES_EXCEEDED", "failed to connect", "Connection refused", "Socket closed"),
    *("RST_STREAM", "Stream removed"),
    *("SESSION_NOT_FOUND", "SESSION_CLOSED", "SESSION_CHANGED"),
)
_STOPPED = (
    "OPERATION_CANCELED",
    "OPERATION_CANCELLED",
    "JOB_CANCELLED",
    "SPARK_JOB_CANCELLED",
    "INTERRUPTED",
)


def is_gone(error: BaseException) -> bool:
    """Whether the server does not answer any more, or has forgotten the session."""
    said = str(error)
    # What the server did not say itself is of the way to it.
    of_the_way = type(error).__name__ == "SparkConnectGrpcException" and _CONDITION.search(said) is None
    return of_the_way or any(mark in said for mark in _GONE)


def running_problem(error: BaseException, limits: Limits) -> Problem:
    """Why a statement failed."""
    said = _short(str(error))
    found = _CONDITION.search(said)
    condition = found[1] if found else ""
    if limits.cancellation.reason is not None and (
        isinstance(error, InterruptedError) or any(mark in str(error) for mark in _STOPPED) or not condition
    ):
        return stopped(limits, said)
    if any(mark in str(error) for mark in _MEMORY):
        return DiskFull(what="Spark has used all the memory or disk that it may", detail=said)
    if is_gone(error):
        return CannotConnect(place="Spark", why="it does not answer any more", detail=said)
    if condition.startswith("TABLE_OR_VIEW_NOT_FOUND"):
        return MissingTable(table=_last(said), detail=said)
    if condition.startswith("UNRESOLVED_COLUMN"):
        return MissingColumn(table="", column=_last(said), detail=said)
    if any(mark in said for mark in _CONVERSIONS):
        value = _VALUE.search(said)
        examples = ((None, value[1]),) if value else ()
        return ValueDoesNotConvert(
            file="the data", column="a column", type="of its declared type", examples=examples, detail=said
        )
    if any(mark in condition for mark in _TOO_LARGE):
        return NumberTooLarge(detail=said)
    if any(mark in said for mark in _FILES):
        return UnreadableFile(path="the file", why="a line of it does not fit the others", detail=said)
    return EngineRefused(engine="Spark", why="it does not accept this query", detail=said)


def _short(said: str) -> str:
    """Without the places in Spark's own code."""
    return said.partition("\n\nJVM stacktrace:")[0].strip()


def _last(said: str) -> str:
    """The last part of the name that a message is about."""
    found = _NAME.search(said)
    return "" if found is None else found[1].strip("`").rpartition("`.`")[2].replace("``", "`")
