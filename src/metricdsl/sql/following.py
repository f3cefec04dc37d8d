"""The start of the next cell, and lengths of time, as SQL."""

from sqlglot import exp

from metricdsl.model.calendar import REACH, SECONDS, months_of, of_weeks, plain_grain
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, DURATION, INTEGER, TEXT, Kind, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql.emitter import Emitter


def following(emit: Emitter, cell: Operand, grain: str) -> exp.Expression:
    """The start of the next cell of a grain; of a table the end of this one, behind which the next may not begin at once."""
    if table_of(grain) is not None:
        last = emit.call("end_of", cell, emit.constant(grain, TEXT), result=DATE)
        one = Operand(sql=exp.Literal.number("1"), type=INTEGER)
        return emit.beside(emit.call("days_later", last, one, result=DATE), cell.type).sql
    if of_weeks(grain):
        beyond = emit.call("add", cell, length(emit, "day", REACH[plain_grain(grain)]), result=cell.type)
        return emit.call("start_of", beyond, emit.constant(grain, TEXT), result=DATE).sql
    amount = length(emit, grain)
    made = emit.operator("fill.next", cell, amount, result=cell.type)
    return emit.call("add", cell, amount, result=cell.type).sql if made is None else made


def length(emit: Emitter, grain: str, number: int = 1) -> Operand:
    """So many units of a grain as a duration: months, or microseconds."""
    months = months_of(grain)
    if months:
        type_ = ValueType(Kind.DURATION, grain="month", nullable=False)
        return emit.constant(number * months, type_)
    return emit.constant(number * SECONDS[grain] * 1_000_000, DURATION)
