"""Whether two conditions exclude each other by what one thing has: its region cannot be "EU" and "US"."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from attrs import frozen

from metricdsl.model.comparisons import MIRRORED
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression, RowValue

OTHERS = {"equal": "not_equal", "less": "at_least", "at_most": "greater"}
"""Signs of which one holds where the other does not."""


@frozen
class _Said:
    """What a condition says of a value: that it is among some, or beyond a bound."""

    of: Expression
    among: tuple[Any, ...] = ()
    sign: str = ""
    bound: Any = None


def exclude(one: Expression | None, other: Expression | None, path: tuple[str, ...]) -> bool:
    """Whether no thing at the end of a path can meet both, told by its own columns and those that it leads to."""
    first, second = [*_parts(one, path)], [*_parts(other, path)]
    if any(_denies(a, b) or _denies(b, a) for a, b in product(first, second)):
        return True
    return any(
        a.of == b.of and _contradict(a, b)
        for a, b in product(map(_said, first), map(_said, second))
        if a and b
    )


def _parts(condition: Expression | None, path: tuple[str, ...]) -> Iterator[Expression]:
    """The conditions that are joined by `and`, those of them that look at nothing but the thing."""
    waiting = [] if condition is None else [condition]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Call) and here.function == "and":
            waiting.extend(here.arguments)
        elif _of_the_thing(here, path):
            yield here


def _of_the_thing(expression: Expression, path: tuple[str, ...]) -> bool:
    match expression:
        case ColumnRef(path=here):
            return here[: len(path)] == path
        case Call(arguments=arguments) | RowValue(keys=arguments):
            return all(_of_the_thing(one, path) for one in arguments)
        case _:
            return isinstance(expression, Constant)


def _denies(one: Expression, other: Expression) -> bool:
    match one:
        case Call(function="not", arguments=(inner,)):
            return inner == other
        case Call(function=sign, arguments=arguments) if sign in OTHERS:
            return isinstance(other, Call) and other.function == OTHERS[sign] and other.arguments == arguments
        case _:
            return False


def _said(condition: Expression) -> _Said | None:
    if isinstance(condition, Call) and any(
        isinstance(one, Constant) and one.named for one in condition.arguments
    ):
        return None  # a parameter may have another value
    match condition:
        case Call(function="equal", arguments=(of, Constant(value=value))) if value is not None:
            return _Said(of, among=(value,))
        case Call(function="in", arguments=(of, *items)):
            return _Said(of, among=_values(items)) if _values(items) else None
        case Call(function=sign, arguments=(Constant(value=value), of)) if sign in MIRRORED:
            return _Said(of, sign=MIRRORED[sign], bound=value)
        case Call(function=sign, arguments=(of, Constant(value=value))) if sign in MIRRORED:
            return _Said(of, sign=sign, bound=value)
        case _:
            return None


def _values(items: Sequence[Expression]) -> tuple[Any, ...]:
    """The values of a list; none where one of them is not written out."""
    values = tuple(one.value for one in items if isinstance(one, Constant) and one.value is not None)
    return values if len(values) == len(items) else ()


def _contradict(one: _Said, other: _Said) -> bool:
    if one.among and other.among:
        return not set(one.among) & set(other.among)
    if one.among or other.among:
        values, bound = (one.among, other) if one.among else (other.among, one)
        return not any(_meets(value, bound.sign, bound.bound) for value in values)
    low, high = (one, other) if one.sign in {"greater", "at_least"} else (other, one)
    if low.sign not in {"greater", "at_least"} or high.sign in {"greater", "at_least"}:
        return False
    both = low.sign == "at_least" and high.sign == "at_most"
    return bool(low.bound > high.bound if both else low.bound >= high.bound)


def _meets(value: Any, sign: str, bound: Any) -> bool:
    match sign:
        case "less":
            return bool(value < bound)
        case "at_most":
            return bool(value <= bound)
        case "greater":
            return bool(value > bound)
        case _:
            return bool(value >= bound)
