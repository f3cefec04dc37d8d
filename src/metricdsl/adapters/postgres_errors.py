"""What PostgreSQL says, in our words: by its error codes, which no language setting changes."""

import re

from metricdsl.adapters.duckdb_errors import stopped
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect, WrongPassword
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull
from metricdsl.diagnostics.problems.numbers import NotFinite, NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.spi.values import Limits

_QUOTED = re.compile(r'"([^"]*)"')
_LOGIN = ("28P01", "28000")
_FULL = ("53100", "53200", "54000")


def opening_problem(error: Exception, place: str, user: str) -> Problem:
    """Why no connection was made."""
    said = str(error)
    low = said.casefold()
    code = getattr(error, "sqlstate", None)
    if code in _LOGIN or "password authentication failed" in low or "no password supplied" in low:
        return WrongPassword(place=place, user=user, detail=said)
    if code == "3D000" or ("database" in low and "does not exist" in low):
        return CannotConnect(place=place, why="there is no database of that name", detail=said)
    if "role" in low and "does not exist" in low:
        return WrongPassword(place=place, user=user, detail=said)
    if "refused" in low:
        return CannotConnect(place=place, why="nothing listens there", detail=said)
    if "timeout" in low or "timed out" in low:
        return CannotConnect(place=place, why="it does not answer", detail=said)
    if "no route" in low or "unreachable" in low:
        return CannotConnect(place=place, why="the host cannot be reached", detail=said)
    return CannotConnect(place=place, detail=said)


def running_problem(error: Exception, limits: Limits) -> Problem:
    """Why a statement failed."""
    said = str(error)
    code = getattr(error, "sqlstate", None) or ""
    named = _QUOTED.search(said)
    name = named[1] if named else ""
    if code == "57014" or "canceling statement" in said:
        return stopped(limits, said)
    if (
        "after year 10K" in said or "before year 1" in said
    ):  # of the driver, whose times have four digits of a year
        return NotFinite(column="", value=said.rpartition("'")[0].rpartition("'")[2])
    match code[:2], code:
        case _, "42P01":
            return MissingTable(table=name, detail=said)
        case _, "42703":
            return MissingColumn(table="", column=name, detail=said)
        case _, "42501":
            return EngineRefused(
                engine="PostgreSQL", why=f"the user may not read {name or 'a table'}", detail=said
            )
        case _, "22003":
            return NumberTooLarge(detail=said)
        case "53" | "54", _ if code in _FULL:
            return DiskFull(what="the server has no room left", detail=said)
        case "22", _:
            examples = ((None, name),) if name else ()
            kind = "of its declared type"
            return ValueDoesNotConvert(
                file="the data", column="a column", type=kind, examples=examples, detail=said
            )
        case "57" | "08", _:
            return CannotConnect(place="PostgreSQL", why="the connection was lost", detail=said)
        case _:
            return EngineRefused(engine="PostgreSQL", why="it does not accept this query", detail=said)
