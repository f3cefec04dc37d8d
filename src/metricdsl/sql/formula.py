"""From a formula to SQL: constants and calls are the same for rows and groups; the leaves are looked up."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

from sqlglot import exp

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Converted,
    Detached,
    Expression,
    GoalOf,
    GroupingRef,
    LookedAt,
    Members,
    Moved,
    Named,
    OwnTime,
    PeriodBound,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.made_of import existence
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter

Leaf: TypeAlias = (
    Converted
    | Rate
    | LookedAt
    | ColumnRef
    | Aggregate
    | GroupingRef
    | Members
    | Chosen
    | Ranked
    | RowValue
    | PeriodBound
)
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
        case Today(type=type):
            return emit.constant(emit.today, type)
        case (
            ColumnRef()
            | Aggregate()
            | GroupingRef()
            | Members()
            | Chosen()
            | Ranked()
            | RowValue()
            | Converted()
            | Rate()
            | LookedAt()
            | PeriodBound()
        ):
            emit.span = formula.span or emit.span
            return Operand(sql=leaves(formula), type=formula.type)
        case OwnTime():
            raise AssertionError("an own time that no plan has put in: analysis refuses it")
        case Named(body=body) | Detached(body=body):
            return lower(body, emit, leaves, rows)
        case Moved(body=body, periods=periods, type=type):
            inner = lower(body, emit, leaves, rows)
            if not periods or _null_without(periods, body, emit):
                return inner
            missing = trees.any_of([trees.is_null(leaves(period)) for period in periods])
            assert missing is not None, "there are periods"
            return Operand(sql=trees.case([(missing, exp.Null())], inner.sql), type=inner.type)
        case WithEmpty(body=body, value=value, type=type):
            return _with_empty(body, value, Operand(sql=exp.Null(), type=type), emit, leaves, rows)
        case GoalOf():
            raise AssertionError("a goal is a choice among constants by now")
        case _:
            assert_never(formula)


def _null_without(periods: Sequence[GroupingRef], body: Expression, emit: Emitter) -> bool:
    """Whether a formula is null of a null period by itself: it is null where it has no row, or moves the same periods."""
    while isinstance(body, Named | Detached):
        body = body.body
    if isinstance(body, Moved) and set(periods) <= set(body.periods):
        return True
    if not isinstance(body, Aggregate) or any(body.keys[period.index] is None for period in periods):
        return False
    definition = emit.registry.aggregations.get(body.function)
    return definition is not None and definition.identity is None


def _with_empty(
    body: Expression, value: Constant, result: Operand, emit: Emitter, leaves: Leaves, rows: Leaves | None
) -> Operand:
    assert rows is not None, "`empty` belongs to metrics, not to rows"
    inner = lower(body, emit, leaves, rows)
    none = [trees.binary(exp.EQ, rows(leaf), trees.number(0)) for leaf in existence(body)]
    condition = trees.all_of(none)
    empty = emit.constant(value.value, result.type).sql
    if condition is None:
        return Operand(sql=empty, type=result.type)
    return Operand(sql=trees.case([(condition, empty)], inner.sql), type=result.type)
