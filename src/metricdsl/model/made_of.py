"""What an expression is made of."""

from collections.abc import Iterator
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
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.parts import below, every


def aggregates(formula: Expression) -> Iterator[Aggregate]:
    """The aggregates of a group expression, as written, from left to right, those of members too."""
    return (part for part in every(formula) if isinstance(part, Aggregate))


Leaf = Aggregate | Members | Chosen
"""What a formula of groups takes from steps below it."""


def leaves(formula: Expression) -> Iterator[Leaf]:
    """The leaves of a formula in its own frame, from left to right: aggregates, and what is made of members."""
    match formula:
        case Aggregate() | Members() | Chosen():
            yield formula
        case Detached(body=body):
            yield from leaves(body)
        case _:
            for part in below(formula):
                yield from leaves(part)


def bringing(formula: Expression) -> Iterator[Leaf]:
    """The leaves whose rows make groups: what is detached brings those it would have if it were not, and members of a formula
    without any aggregate (an opening of all time, `empty 0`) are none.
    """
    match formula:
        case Aggregate():
            yield formula
        case Members(body=body) | Chosen(having=body):
            if any(True for _ in bringing(body)):
                yield formula
        case Detached(whole=whole):
            if whole is not None:
                yield from bringing(whole)
        case _:
            for part in below(formula):
                yield from bringing(part)


def existence(formula: Expression) -> tuple[Leaf, ...]:
    """The leaves that tell by their rows whether a formula has a row."""
    return tuple(dict.fromkeys(present_leaf(leaf) for leaf in bringing(formula)))


def present_leaf(leaf: Leaf) -> Leaf:
    """The leaf that tells by its rows whether another one has a row: of all members, those that have one."""
    if isinstance(leaf, Members):
        return evolve(leaf, every=False, domains=())
    if not isinstance(leaf, Chosen):
        return leaf
    return Members(
        type=leaf.type,
        function="count",
        body=leaf.having,
        keys=leaf.keys,
        offset=leaf.offset,
        moves=leaf.moves,
    )


def told(formula: Expression) -> Iterator[Leaf]:
    """The leaves whose rows a formula must know of, beside its values: those under an `empty`, and in a rank."""
    for part in in_frame(formula):
        if isinstance(part, WithEmpty | Ranked):
            yield from existence(part.body)


def in_frame(formula: Expression) -> Iterator[Expression]:
    """The parts of a formula that are worked out in its own frame, outermost first. What is detached is worked out as it is
    then; what it would be else only tells by its leaves where it has a row.
    """
    yield formula
    match formula:
        case Aggregate() | Members() | Chosen():
            return
        case Detached(body=body):
            yield from in_frame(body)
        case _:
            for part in below(formula):
                yield from in_frame(part)


def columns(expression: Expression) -> Iterator[ColumnRef]:
    """The stored columns that a row expression reads, from left to right."""
    match expression:
        case ColumnRef():
            yield expression
        case Call(arguments=arguments):
            for argument in arguments:
                yield from columns(argument)
        case RowValue(keys=keys):
            for key in keys:
                yield from columns(key)
        case Converted(start=start):
            for key in start.key:
                yield from columns(key)
        case Rate(currency=currency, at=at, amount=amount):
            for part in (currency, at, amount):
                yield from columns(part)
        case (
            Constant()
            | Today()
            | OwnTime()
            | LookedAt()
            | PeriodBound()
            | GroupingRef()
            | Aggregate()
            | Named()
            | WithEmpty()
            | Moved()
            | Detached()
            | Members()
            | Chosen()
            | Ranked()
            | GoalOf()
        ):
            pass
        case _:
            assert_never(expression)


Found = RowValue | Converted | Rate
"""What a row formula takes from other rows."""


def row_values(expression: Expression) -> Iterator[Found]:
    """The values of rows that are made of other rows, from left to right, each behind those that it is made of."""
    match expression:
        case RowValue(keys=keys):
            for key in keys:
                yield from row_values(key)
            yield expression
        case Converted():
            yield expression
        case Rate(currency=currency, at=at, amount=amount):
            for part in (currency, at, amount):
                yield from row_values(part)
            yield expression
        case Call(arguments=arguments):
            for argument in arguments:
                yield from row_values(argument)
        case _:
            pass


def short(name: str) -> str:
    """The last part of a qualified name."""
    return name.rpartition(".")[2]
