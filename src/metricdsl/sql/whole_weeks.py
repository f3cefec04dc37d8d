"""Cells of whole weeks without a recursion: some week begins with each, so they are where the weeks from the first on lie.

SELECT DISTINCT start_of(weeks.cell, retail.month) AS cell FROM (SELECT EXPLODE(SEQUENCE(first, last, INTERVAL '7' DAY)) AS cell) AS weeks
"""

from sqlglot import exp

from metricdsl.model.types import TEXT, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.following import length

AT_ONCE = "cells.at_once"
"""The operator of dialects in which a recursion is slow, or gets longer with each of its steps."""
_WEEKS = "weeks"
_DAYS = 7


def counts_at_once(emit: Emitter) -> bool:
    """Whether all cells are made of a sequence."""
    return AT_ONCE in emit.definition.overrides


def of_whole_weeks(
    query: exp.Select, first: Operand, end: Operand, grain: str, kind: ValueType, cell: str, emit: Emitter
) -> exp.Select:
    """The cells from the first one to before the end, in a column of this name; `query` is what they are counted in."""
    weeks = emit.operator(AT_ONCE, first, end, length(emit, "day", _DAYS), result=kind)
    assert weeks is not None, "it is there, as `counts_at_once` says"
    query.set("expressions", [trees.named(weeks, cell)])
    week = Operand(sql=trees.column(cell, _WEEKS), type=kind)
    begun = emit.call("start_of", week, emit.constant(grain, TEXT), result=kind).sql
    return exp.Select(
        expressions=[trees.named(begun, cell, always=True)],
        distinct=exp.Distinct(),
        from_=exp.From(this=trees.derived(query, _WEEKS)),
    )
