"""Whether two conditions exclude each other: no status is "won" and "lost", no number below 10 and above 20."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from metricdsl.model.comparisons import MIRRORED
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression, RowValue
from metricdsl.value import frozen

OTHERS = {"equal": "not_equal", "less": "at_least", "at_most": "greater"}
"""Signs of which one holds where the other does not."""
BELOW = {"less": True, "at_most": False}
ABOVE = {"greater": True, "at_least": False}
"""Signs of bounds, and whether the bound itself is left out."""


@frozen
class Said:
    """What a condition says of a value: that it is `among` some, or from `low` to `high`, without these where they are `open`.

    One value alone is its own bounds.
    """

    of: Expression
    among: tuple[Any, ...] = ()
    low: Any = None
    low_open: bool = False
    high: Any = None
    high_open: bool = False


def exclude(one: Expression | None, other: Expression | None, path: tuple[str, ...]) -> bool:
    """Whether no thing at the end of a path can meet both, told by its own columns and those that it leads to."""
    parts = ([part for part in joined(condition) if _of_the_thing(part, path)] for condition in (one, other))
    return any(True for _ in apart(*parts))


def apart(first: Sequence[Expression], second: Sequence[Expression]) -> Iterator[tuple[Said, Said] | None]:
    """Of each two conditions of which nothing meets both what they say of one value; None where the one denies the other."""
    for a, b in product(first, second):
        one, other = said(a), said(b)
        if one is not None and other is not None and one.of == other.of and _contradict(one, other):
            yield one, other
        elif _denies(a, b) or _denies(b, a):
            yield None


def joined(condition: Expression | None) -> Iterator[Expression]:
    """The conditions that are joined by `and`."""
    waiting = [] if condition is None else [condition]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Call) and here.function == "and":
            waiting.extend(reversed(here.arguments))
        else:
            yield here


def said(condition: Expression) -> Said | None:
    """What a condition says of a value, if it compares it with written ones; a parameter may have another value."""
    if not isinstance(condition, Call) or not condition.arguments:
        return None
    function, (of, *values) = condition.function, condition.arguments
    if isinstance(of, Constant) and len(values) == 1:
        of, values, function = values[0], [of], MIRRORED.get(function, function)
    written = [one.value for one in values if isinstance(one, Constant) and not one.named]
    if isinstance(of, Constant) or not written or len(written) < len(values) or None in written:
        return None
    first = written[0]
    if function == "equal" and len(written) == 1:
        return Said(of, among=(first,), low=first, high=first)
    if function == "in":
        return Said(of, among=tuple(written))
    if function in BELOW and len(written) == 1:
        return Said(of, high=first, high_open=BELOW[function])
    if function in ABOVE and len(written) == 1:
        return Said(of, low=first, low_open=ABOVE[function])
    return None


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


def _contradict(one: Said, other: Said) -> bool:
    """Whether no value is what both say."""
    if one.among and other.among:
        return all(_differ(a, b) for a, b in product(one.among, other.among))
    if other.among:
        one, other = other, one
    if one.among:
        each = [Said(one.of, low=value, high=value) for value in one.among]
        return all(_above(value, other) or _above(other, value) for value in each)
    return _above(one, other) or _above(other, one)


def _differ(a: Any, b: Any) -> bool:
    """Whether two values are surely not equal."""
    return (_ordered(a, b) or type(a) is type(b)) and bool(a != b)


def _above(one: Said, other: Said) -> bool:
    """Whether the lowest value of one is more than the highest of the other."""
    low, high = one.low, other.high
    if low is None or high is None or not _ordered(low, high):
        return False
    return bool(low > high or (low == high and (one.low_open or other.high_open)))


def _ordered(a: Any, b: Any) -> bool:
    """Whether two values are numbers, or days, or moments: what lies before what is the same everywhere."""
    if isinstance(a, bool) or isinstance(b, bool):
        return False
    numbers = isinstance(a, int | Decimal) and isinstance(b, int | Decimal)
    return numbers or (type(a) is type(b) and isinstance(a, date | datetime))
