"""What a group expression is made of, one level down, and the same expression of other parts."""

from collections.abc import Callable, Iterator
from typing import assert_never

from attrs import evolve

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
    PeriodKey,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)


def below(expression: Expression) -> tuple[Expression, ...]:
    """The group expressions that an expression is made of; an aggregate's rows are no part of a group."""
    match expression:  # the most frequent first: this is asked a thousand times for a question
        case Aggregate() | Constant():
            return ()
        case Call(arguments=arguments):
            return arguments
        case (
            Named(body=body) | Moved(body=body) | WithEmpty(body=body) | Ranked(body=body) | GoalOf(body=body)
        ):
            return (body,)
        case (
            GroupingRef()
            | ColumnRef()
            | Today()
            | OwnTime()
            | LookedAt()
            | Rate()
            | PeriodBound()
            | Converted()
            | RowValue()
        ):
            return ()
        case Detached(body=body, whole=whole):
            return (body,) if whole is None else (body, whole)
        case Members(body=body, having=having):
            return (body,) if having is None else (body, having)
        case Chosen(having=having):
            return (having,)
        case _:
            assert_never(expression)


def with_below(expression: Expression, parts: tuple[Expression, ...]) -> Expression:
    """The expression with other parts, in the order of `below`; itself where they are the same."""
    if all(new is old for new, old in zip(parts, below(expression), strict=True)):
        return expression
    match expression:
        case Call():
            return Call(
                type=expression.type, span=expression.span, function=expression.function, arguments=parts
            )
        case Named():
            return Named(type=expression.type, span=expression.span, metric=expression.metric, body=parts[0])
        case WithEmpty() | Moved() | Ranked() | GoalOf():
            return evolve(expression, body=parts[0])
        case Detached():
            return evolve(expression, body=parts[0], whole=parts[1] if parts[1:] else None)
        case Members():
            return evolve(expression, body=parts[0], having=parts[1] if parts[1:] else None)
        case Chosen():
            return evolve(expression, having=parts[0])
        case _:
            return expression


def rebuilt(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression | None:
    """The expression, what `change` gives in place of each part that it does not give back as it is; None if it gave None.

    From the top down: what was changed is not looked into again.
    """
    new = change(expression)
    if new is not expression:
        return new
    found: list[Expression] = []
    for part in below(expression):
        one = rebuilt(part, change)
        if one is None:
            return None
        found.append(one)
    return with_below(expression, tuple(found)) if found else expression


def every(expression: Expression) -> Iterator[Expression]:
    """The expression and all its parts, in the order written."""
    waiting = [expression]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(below(here)))


def row_expressions(aggregate: Aggregate) -> Iterator[Expression]:
    """The expressions of its home's rows that an aggregate is made of, all but its own time."""
    yield from aggregate.read
    if aggregate.where is not None:
        yield aggregate.where
    for key in (*aggregate.keys, *(key for level in aggregate.levels for key in level)):
        if key is not None and not isinstance(key, PeriodKey):
            yield key
    for stretch in (aggregate.open, aggregate.spread):
        if stretch is not None:
            yield stretch.start
            yield stretch.end
    if aggregate.stock is not None:
        yield aggregate.stock.by
        yield from aggregate.stock.per


def conjuncts(condition: Expression | None) -> tuple[Expression, ...]:
    """The parts of a condition that must all hold, each once, in the order written."""
    if condition is None:
        return ()
    if isinstance(condition, Call) and condition.function == "and":
        return tuple(dict.fromkeys(part for argument in condition.arguments for part in conjuncts(argument)))
    return (condition,)


def without_names(expression: Expression) -> Expression:
    """An expression without the names and the defaults around it."""
    while isinstance(expression, Named | WithEmpty):
        expression = expression.body
    return expression
