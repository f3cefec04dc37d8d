"""Periods that lie in a table, looked up: (SELECT MIN(p.cell) FROM trading_sessions p WHERE p.cell <= d AND d < p.ends)."""

from metricdsl.builtins import nodes
from metricdsl.builtins.lists import folded, item, listed, without_looking_around
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import DATE
from metricdsl.spi.lowering import Emit, Operand

LOOKED_UP = "period_looked_up"
CELL, ENDS, NUMBER = "cell", "ends", "number"
_FIELDS = (CELL, ENDS, NUMBER)


def of_period(emit: Emit, grain: str, time: Operand, column: str) -> Sql:
    """A column of the period that a time lies in, null where it lies in none; of two, which a guard refuses, the least."""
    day = emit.call("date", time, result=DATE)
    begun = nodes.op(emit, "<=", _column(emit, CELL), day.sql)
    over = nodes.op(emit, "<", day.again(), _column(emit, ENDS))
    return _least(emit, grain, column, nodes.op(emit, "and", begun, over))


def first_period_from(emit: Emit, grain: str, day: Sql) -> Sql:
    """The first day of the first period that begins on a day or later."""
    return _least(emit, grain, CELL, nodes.op(emit, ">=", _column(emit, CELL), day))


def begun_until(emit: Emit, grain: str, day: Operand) -> Sql:
    """The number of the last period that has begun on a day; 0 where none has."""
    condition = nodes.op(emit, "<=", _column(emit, CELL), day.sql)
    if without_looking_around(emit):
        found = folded(emit, "MAX", _periods(emit, grain), condition, _column(emit, NUMBER))
    else:
        last = emit.function("MAX", _column(emit, NUMBER))
        found = nodes.looked_up(last, emit.periods_of(grain), LOOKED_UP, condition)
    return emit.function("COALESCE", found, nodes.whole(emit, 0))


def _least(emit: Emit, grain: str, column: str, condition: Sql) -> Sql:
    if without_looking_around(emit):
        return folded(emit, "MIN", _periods(emit, grain), condition, _column(emit, column))
    least = emit.function("MIN", _column(emit, column))
    return nodes.looked_up(least, emit.periods_of(grain), LOOKED_UP, condition)


def _periods(emit: Emit, grain: str) -> Sql:
    columns = {name: nodes.column(name) for name in _FIELDS}
    return listed(emit, emit.periods_of(grain), columns)


def _column(emit: Emit, name: str) -> Sql:
    return item(emit, name, _FIELDS) if without_looking_around(emit) else nodes.column(name, LOOKED_UP)
