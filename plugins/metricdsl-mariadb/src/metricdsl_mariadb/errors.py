"""What MariaDB and MySQL say, in our words: by their error numbers, which no language setting changes."""

import re
from collections.abc import Sequence

from metricdsl.adapters.duckdb_errors import stopped
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect, WrongPassword
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull
from metricdsl.diagnostics.problems.numbers import NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_NAME = re.compile(r"'([^']*)'")
_REFUSED = re.compile(r"not readable: (.*?)(?: *\.\.\.)?'", re.DOTALL)
_NO_CLOCK = re.compile(r"(no clock of \S+ for .*?)(?: *\.\.\.)?'")
_LOGIN = {1044, 1045, 1251, 1698, 2054, 2059}
_STOPPED = {1317, 1968, 1969, 3024}
_TOO_LARGE = {1264, 1367, 1690, 1916}
_TEXTS = {1265, 1292, 1300, 1366, 1411, 1441}
_CUT_SHORT = {1260, 1301, 1406, 1931}
_FULL = {1021, 1037, 1041, 1114, 1206, 3}
_LOST = {1053, 1077, 1159, 1161, 1927, 2006, 2013}
_NAMED = {1059, 3057}
"""A lock's name that is none: how a query says that a value of its does not convert."""
WRONG = _TOO_LARGE | _TEXTS | _CUT_SHORT
"""Warnings of which a value of the result is not what was asked for."""


def number(error: BaseException) -> int:
    """The number of an error; 0 where it has none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def opening_problem(error: Exception, place: str, user: str) -> Problem:
    """Why no connection was made."""
    said, code = str(error), number(error)
    low = said.casefold()
    if code in _LOGIN:
        return WrongPassword(place=place, user=user, detail=said)
    if code == 1049:
        return CannotConnect(place=place, why="there is no database of that name", detail=said)
    if "refused" in low:
        return CannotConnect(place=place, why="nothing listens there", detail=said)
    if "timed out" in low or "timeout" in low:
        return CannotConnect(place=place, why="it does not answer", detail=said)
    if "unreachable" in low or "no route" in low:
        return CannotConnect(place=place, why="the host cannot be reached", detail=said)
    return CannotConnect(place=place, detail=said)


def running_problem(error: Exception, limits: Limits, engine: str) -> Problem:
    """Why a statement failed."""
    code, said = number(error), str(error.args[1]) if len(error.args) > 1 else str(error)
    if limits.cancellation.reason is not None and code in _LOST | _STOPPED | {0}:
        return stopped(limits, said)
    return _problem(code, said, limits, engine)


def of_warnings(found: Sequence[tuple[int, str]], limits: Limits, engine: str) -> Problem | None:
    """What warnings tell of a result: a number cut to what fits, a text read as 0, rows left out. None where they are harmless."""
    wrong = next(((code, said) for code, said in found if code in WRONG), None)
    return None if wrong is None else _problem(*wrong, limits, engine)


def _problem(code: int, said: str, limits: Limits, engine: str) -> Problem:
    named = _NAME.search(said)
    name = named[1] if named else ""
    if code in _STOPPED:
        return stopped(limits, said)
    if code in _NAMED and (value := _REFUSED.search(said)):
        return _does_not_convert(value[1], said)
    if code in _NAMED and (clock := _NO_CLOCK.search(said)):
        why = f"it has {clock[1]}; clocks of zones are known there from 1970 to 2037, once they are loaded (mysql_tzinfo_to_sql)"
        return EngineRefused(engine=engine, why=why, detail=said)
    if code in _TOO_LARGE:
        return NumberTooLarge(detail=said)
    if code in _TEXTS:
        return _does_not_convert(name, said)
    if code in _CUT_SHORT:
        return EngineRefused(engine=engine, why="the result would be cut short", detail=said)
    match code:
        case 1146 | 1109 | 1051:
            return MissingTable(table=name.rpartition(".")[2], detail=said)
        case 1054:
            return MissingColumn(table="", column=name.rpartition(".")[2], detail=said)
        case 1142 | 1143 | 1370:
            table = name.rpartition(".")[2]
            return EngineRefused(
                engine=engine, why=f"the user may not read {table or 'a table'}", detail=said
            )
        case 1436:
            return EngineRefused(
                engine=engine, why="the query is nested deeper than its `thread_stack`", detail=said
            )
        case _ if code in _FULL:
            return DiskFull(what="the server has no room left", detail=said)
        case _ if code in _LOST:
            return CannotConnect(place=engine, why="the connection was lost", detail=said)
        case _:
            return EngineRefused(engine=engine, why="it does not accept this query", detail=said)


def _does_not_convert(value: str, said: str) -> Problem:
    examples = ((None, value),) if value else ()
    return ValueDoesNotConvert(
        file="the data", column="a column", type="of its declared type", examples=examples, detail=said
    )
