"""Periods that lie in a table, looked up: (SELECT MIN(p.cell) FROM trading_sessions p WHERE p.cell <= d AND d < p.ends)."""

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import DATE
from metricdsl.spi.lowering import Emit, Operand

LOOKED_UP = "period_looked_up"
CELL, ENDS, NUMBER = "cell", "ends", "number"


def of_period(emit: Emit, grain: str, time: Operand, column: str) -> Sql:
    """A column of the period that a time lies in, null where it lies in none; of two, which a guard refuses, the least."""
    day = emit.call("date", time, result=DATE)
    begun = nodes.op(emit, "<=", _column(CELL), day.sql)
    over = nodes.op(emit, "<", day.again(), _column(ENDS))
    return _least(emit, grain, column, nodes.op(emit, "and", begun, over))


def first_period_from(emit: Emit, grain: str, day: Sql) -> Sql:
    """The first day of the first period that begins on a day or later."""
    return _least(emit, grain, CELL, nodes.op(emit, ">=", _column(CELL), day))


def begun_until(emit: Emit, grain: str, day: Operand) -> Sql:
    """The number of the last period that has begun on a day; 0 where none has."""
    condition = nodes.op(emit, "<=", _column(CELL), day.sql)
    last = emit.function("MAX", _column(NUMBER))
    found = nodes.looked_up(last, emit.periods_of(grain), LOOKED_UP, condition)
    return emit.function("COALESCE", found, nodes.whole(emit, 0))


def _least(emit: Emit, grain: str, column: str, condition: Sql) -> Sql:
    least = emit.function("MIN", _column(column))
    return nodes.looked_up(least, emit.periods_of(grain), LOOKED_UP, condition)


def _column(name: str) -> Sql:
    return nodes.column(name, LOOKED_UP)
