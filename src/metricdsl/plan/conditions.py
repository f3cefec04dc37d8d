"""Conditions as sets of parts: joining them by `and`, and what several filters have in common."""

from collections.abc import Iterable

from metricdsl.model.formula import Call, Expression
from metricdsl.model.types import BOOLEAN


def conjunction(parts: Iterable[Expression]) -> Expression | None:
    """The condition that all parts hold; None where there are none."""
    listed = tuple(parts)
    if not listed:
        return None
    whole = listed[0]
    for part in listed[1:]:
        whole = Call(function="and", arguments=(whole, part), type=BOOLEAN, span=part.span)
    return whole


def shared(filters: Iterable[tuple[Expression, ...]]) -> tuple[Expression, ...]:
    """The parts that stand in all of some filters, in the order of the first."""
    listed = list(filters)
    if not listed:
        return ()
    rest = [set(parts) for parts in listed[1:]]
    return tuple(part for part in listed[0] if all(part in parts for parts in rest))


def alternatives(filters: Iterable[tuple[Expression, ...]]) -> tuple[Expression, ...] | None:
    """The fewest conditions of which one holds where any of the filters does; None where that is always.

    A filter that another one implies is enough: `won or (won and big)` is `won`.
    """
    found = list(dict.fromkeys(filters))
    if not found or any(not parts for parts in found):
        return None
    sets = [set(parts) for parts in found]
    least = [parts for parts, own in zip(found, sets, strict=True) if not any(other < own for other in sets)]
    return tuple(whole for parts in least if (whole := conjunction(parts)) is not None)


def implied(parts: tuple[Expression, ...], filters: Iterable[tuple[Expression, ...]]) -> bool:
    """Whether a row that meets `parts` surely meets one of the filters."""
    own = set(parts)
    return any(own.issuperset(other) for other in filters)
