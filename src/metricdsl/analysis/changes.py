"""How a context is changed on the way down to an aggregate: by moves, by `per`, by `total`."""

from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Expression,
    MemberKey,
    Over,
    OverFrom,
    PeriodKey,
    RowValue,
)
from metricdsl.model.parts import every
from metricdsl.model.top_keys import dimension_of
from metricdsl.model.window import Move
from metricdsl.value import frozen


@frozen
class Drop:
    """What `total` takes out of a context: all coordinates, or what `over` names."""

    over: Over | None


@frozen
class Level:
    """One `per` more: the members' keys."""

    keys: tuple[MemberKey, ...]


Change = Move | Drop | Level
"""How a context is changed on the way down to an aggregate, outermost first."""


def stands_still(change: Change) -> bool:
    """Whether a change puts a fixed period in the place of all periods."""
    return isinstance(change, Drop) and change.over is not None and change.over.during is not None


def timed(aggregate: Aggregate) -> bool:
    """Whether an aggregate has a time, of whatever sort."""
    return aggregate.time is not None or aggregate.open is not None or aggregate.spread is not None


def dropped(part: Expression | PeriodKey, over: Over | None, of: Aggregate, *, own: bool = False) -> bool:
    """Whether a key of an aggregate belongs to what `over` names; without it, whether it is a coordinate. `own`: it is one of the
    member's, in the innermost `per`.
    """
    if over is not None and over.member:
        return own
    if isinstance(part, PeriodKey):
        # A grain of its own time is its period, however it is spelled, here and where it is grouped by.
        return over is not None and (
            over.during is not None
            or over.grain == part.grain
            or (of.time is not None and (of.home, of.time, part.grain) in over.periods)
        )
    if over is None:
        return True
    return any(_named_by(part, one) for one in over.of(of.home, of.via))


def _named_by(part: Expression, over: OverFrom) -> bool:
    if over.path is None:
        return dimension_of(part) in over.parts
    read = list(_columns(part))
    return bool(read) and all(column.path[: len(over.path)] == over.path for column in read)


def reads_rows(expression: Expression) -> bool:
    """Whether a formula has an aggregate."""
    return any(isinstance(part, Aggregate) for part in every(expression))


def _columns(expression: Expression) -> list[ColumnRef]:
    match expression:
        case ColumnRef():
            return [expression]
        case Call(arguments=arguments):
            return [column for argument in arguments for column in _columns(argument)]
        case RowValue(keys=keys):
            return [column for key in keys for column in _columns(key)]
        case _:
            return []
