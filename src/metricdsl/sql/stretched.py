"""Aggregates that are doubles where their function alone gives a whole number or a decimal: mean stocks, facts spread over days.

Over a whole period they are divided; where nothing is left to divide (all of a spread fact, the opening of a mean stock) the
exact sum still has to become the double that it is said to be:

    SUM("amount")    →    CAST(SUM("amount") AS REAL) / 100    on SQLite, where decimals are whole numbers of their last digit
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formula import Aggregate
from metricdsl.model.types import Kind
from metricdsl.spi.defs import Capability
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter


def as_typed(
    sql: exp.Expression, operands: Sequence[Operand], formula: Aggregate, emit: Emitter
) -> exp.Expression:
    """What a sum of these operands gives, as the type that the aggregate has."""
    if formula.function != "sum" or formula.type.kind is not Kind.FLOAT or not operands:
        return sql
    summed = operands[0].type
    if summed.kind not in {Kind.INTEGER, Kind.DECIMAL}:
        return sql
    real = emit.cast(sql, formula.type)
    if summed.kind is Kind.INTEGER or summed.scale == 0 or emit.native(Capability.DECIMALS):
        return real
    return trees.binary(exp.Div, real, trees.number(10**summed.scale))
