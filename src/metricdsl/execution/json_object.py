"""A result as JSON has it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from metricdsl.diagnostics import Problem
from metricdsl.execution.answer import Answer
from metricdsl.model.types import Kind
from metricdsl.spi.values import Others, ResultColumn

SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def json_object(result: Answer, *, exact: bool) -> dict[str, Any]:
    """Columns, rows, SQL and problems of a result."""
    return {
        "columns": [column_object(column) for column in result.columns],
        "rows": [[json_value(value, exact=exact) for value in row] for row in result.rows],
        "sql": result.sql,
        "problems": [_problem(problem) for problem in result.problems],
    }


def column_object(column: ResultColumn) -> dict[str, Any]:
    """What there is to say of a column; only numbers and durations have a unit, only approximate values say so."""
    unit = None
    if column.type.kind is Kind.DURATION:
        unit = column.type.unit.behind("second")
    elif column.type.kind.numeric:
        unit = column.type.unit.text
    made: dict[str, Any] = {
        "name": column.name,
        "type": column.type.kind.value,
        "unit": unit,
        "label": column.label,
    }
    if column.approximate:
        made["approximate"] = True
    if column.others:
        made["others"] = True
    return made


def json_value(value: object, *, exact: bool) -> Any:
    """A value: durations as seconds, dates in ISO form, shares as fractions; with `exact` numbers as texts.

    All others are null: a text could be a value of the dimension.
    """
    match value:
        case None | bool() | str():
            return value
        case Others():
            return None
        case timedelta():
            whole = value % SECOND == timedelta()
            seconds = value // SECOND if whole else Decimal(value // MICROSECOND).scaleb(-6).normalize()
            return str(seconds) if exact else seconds
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value, "f") if exact else value
        case int():
            return str(value) if exact else value
        case float():
            return repr(value) if exact else value
        case _:
            return str(value)


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "name": problem.slug,
        "severity": problem.severity.value,
        "message": problem.message(),
    }
