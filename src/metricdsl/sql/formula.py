"""From a formula to SQL: constants and calls are the same for rows and groups; the leaves are looked up."""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from sqlglot import exp

from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    GroupingRef,
    Named,
    WithEmpty,
)
from metricdsl.plan.expressions import aggregates
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter

Leaf: TypeAlias = ColumnRef | Aggregate | GroupingRef
Leaves: TypeAlias = Callable[[Leaf], exp.Expression]
"""The SQL of a column, of an aggregate's value, of a grouping: a new tree each time."""


def lower(formula: Expression, emit: Emitter, leaves: Leaves, rows: Leaves | None = None) -> Operand:
    """The SQL of a formula. `rows` gives how many rows an aggregate has, for `empty`."""
    match formula:
        case Constant(value=value, type=type):
            return emit.constant(value, type)
        case Call(function=function, arguments=arguments, type=type):
            operands = [lower(argument, emit, leaves, rows) for argument in arguments]
            emit.span = formula.span or emit.span
            return emit.call(function, *operands, result=type)
        case ColumnRef() | Aggregate() | GroupingRef():
            emit.span = formula.span or emit.span
            return Operand(sql=leaves(formula), type=formula.type)
        case Named(body=body):
            return lower(body, emit, leaves, rows)
        case WithEmpty(body=body, value=value, type=type):
            return _with_empty(body, value, Operand(sql=exp.Null(), type=type), emit, leaves, rows)
        case _:
            assert_never(formula)


def _with_empty(
    body: Expression, value: Constant, result: Operand, emit: Emitter, leaves: Leaves, rows: Leaves | None
) -> Operand:
    assert rows is not None, "`empty` belongs to metrics, not to rows"
    inner = lower(body, emit, leaves, rows)
    none = [
        trees.binary(exp.EQ, rows(aggregate), trees.number(0))
        for aggregate in dict.fromkeys(aggregates(body))
    ]
    condition = trees.all_of(none)
    if condition is None:
        return inner
    empty = emit.constant(value.value, result.type).sql
    return Operand(sql=trees.case([(condition, empty)], inner.sql), type=result.type)
