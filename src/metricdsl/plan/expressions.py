"""What an expression is made of."""

from collections.abc import Iterator
from typing import assert_never

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


def aggregates(formula: Expression) -> Iterator[Aggregate]:
    """The aggregates of a group expression, as written, from left to right."""
    match formula:
        case Aggregate():
            yield formula
        case Call(arguments=arguments):
            for argument in arguments:
                yield from aggregates(argument)
        case Named(body=body) | WithEmpty(body=body):
            yield from aggregates(body)
        case Constant() | ColumnRef() | GroupingRef():
            pass
        case _:
            assert_never(formula)


def emptiable(formula: Expression) -> Iterator[Aggregate]:
    """The aggregates of which a formula must know whether they have a row (those under an `empty`)."""
    match formula:
        case WithEmpty(body=body):
            yield from aggregates(body)
        case Call(arguments=arguments):
            for argument in arguments:
                yield from emptiable(argument)
        case Named(body=body):
            yield from emptiable(body)
        case Constant() | ColumnRef() | GroupingRef() | Aggregate():
            pass
        case _:
            assert_never(formula)


def columns(expression: Expression) -> Iterator[ColumnRef]:
    """The stored columns that a row expression reads, from left to right."""
    match expression:
        case ColumnRef():
            yield expression
        case Call(arguments=arguments):
            for argument in arguments:
                yield from columns(argument)
        case Named(body=body) | WithEmpty(body=body):
            yield from columns(body)
        case Constant() | GroupingRef() | Aggregate():
            pass
        case _:
            assert_never(expression)


def short(name: str) -> str:
    """The last part of a qualified name."""
    return name.rpartition(".")[2]
