"""The start of the next cell, and lengths of time, as SQL."""

from sqlglot import exp

from metricdsl.model.types import DURATION, MONTHS, SECONDS, Kind, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql.emitter import Emitter


def following(emit: Emitter, cell: Operand, grain: str) -> exp.Expression:
    """The start of the next cell of a grain."""
    amount = length(emit, grain)
    made = emit.operator("fill.next", cell, amount, result=cell.type)
    return emit.call("add", cell, amount, result=cell.type).sql if made is None else made


def length(emit: Emitter, grain: str, number: int = 1) -> Operand:
    """So many units of a grain as a duration: months, or microseconds."""
    if grain in MONTHS:
        type_ = ValueType(Kind.DURATION, grain="month", nullable=False)
        return emit.constant(number * MONTHS[grain], type_)
    return emit.constant(number * SECONDS[grain] * 1_000_000, DURATION)
