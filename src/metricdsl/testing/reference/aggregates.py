"""The folds: what an aggregate makes of the values that are not null."""

from collections.abc import Hashable, Sequence
from datetime import date
from fractions import Fraction
from functools import cmp_to_key
from math import ceil, floor

from metricdsl.testing.reference.functions import root
from metricdsl.testing.reference.values import (
    Cell,
    Discrete,
    Duration,
    Refused,
    Value,
    arithmetic,
    greatest,
    least,
    midnight,
    order,
    plain,
    shown,
)


def folded(
    function: str, values: Sequence[Value], position: Value = None, *, distinct: bool = False
) -> Value:
    """The fold of values without nulls; of none, 0 for counts and null for all others."""
    if function in {"count", "approx_count_distinct"}:
        return Fraction(len(different(values) if distinct else values))
    if distinct:
        raise Refused(f"{function}(distinct …) is not asked for")
    if not values:
        return None
    match function:
        case "sum":
            return total(values)
        case "avg":
            return arithmetic("/", total(values), Fraction(len(values)))
        case "min":
            return least(values)
        case "max":
            return greatest(values)
        case "first":
            return values[0]
        case "last":
            return values[-1]
        case "median" | "percentile":
            return percentile(values, position)
        case "variance":
            return variance(values)
        case "stddev":
            return deviation(values)
        case _:
            raise Refused(f"unknown aggregate {function}")


def different(values: Sequence[Value]) -> list[Value]:
    """The values, each once, as first found; moments as the clock shows them."""
    found: dict[Hashable, Value] = {}
    for value in map(shown, values):
        found.setdefault(_identity(value), value)
    return list(found.values())


def _identity(value: Value) -> Hashable:
    """What is the same for two values that are the same."""
    match value:
        case tuple():
            return tuple(map(_identity, value))
        case bool():
            return "boolean", value
        case Cell(start=start):
            return "date", midnight(start)
        case date():
            return "date", midnight(value)
        case str():
            return "text", str(value)
        case _:
            return "", value


def total(values: Sequence[Value]) -> Value:
    """The sum; at least one value."""
    found = values[0]
    if isinstance(plain(found), date | str | bool):
        raise Refused(f"{found!r} is nothing to add up")
    for value in values[1:]:
        found = arithmetic("+", found, value)
    return found


def percentile(values: Sequence[Value], position: Value) -> Value:
    """At position p(n - 1), linear between neighbours; of dates and moments the lower neighbour. Of the discrete sort the
    value at place ⌈p·n⌉, from 1."""
    discrete = isinstance(position, Discrete)
    p: Fraction = position.share if isinstance(position, Discrete) else position
    if not 0 <= p <= 1:
        raise Refused("a percentile lies between 0% and 100%")
    ordered = sorted(values, key=cmp_to_key(order))
    if discrete:
        return ordered[max(ceil(p * len(ordered)), 1) - 1]
    place = p * (len(ordered) - 1)
    lower = ordered[floor(place)]
    if isinstance(plain(lower), date):
        return lower
    if isinstance(lower, str | bool):
        raise Refused("a percentile of texts has no meaning")
    upper = ordered[min(floor(place) + 1, len(ordered) - 1)]
    return arithmetic("+", lower, arithmetic("*", arithmetic("-", upper, lower), place - floor(place)))


def _numbers(values: Sequence[Value]) -> list[Fraction]:
    if not all(isinstance(v, Fraction) for v in values):
        raise Refused("this needs numbers")
    return list(values)


def _spread_of(x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    """Σ (x − mean x)(y − mean y)."""
    mean_x, mean_y = sum(x, Fraction(0)) / len(x), sum(y, Fraction(0)) / len(y)
    return sum(((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)), Fraction(0))


def variance(values: Sequence[Value]) -> Value:
    """Of a sample, n − 1; null for fewer than two."""
    numbers = _numbers(values)
    return _spread_of(numbers, numbers) / (len(numbers) - 1) if len(numbers) > 1 else None


def deviation(values: Sequence[Value]) -> Value:
    """The root of the variance, of durations a duration."""
    if all(isinstance(v, Duration) for v in values):
        lengths = variance([v.microseconds for v in values])
        return None if lengths is None else Duration(root(lengths) or Fraction(0))
    found = variance(values)
    return None if found is None else root(found)


def paired(function: str, pairs: Sequence[tuple[Value, Value]]) -> Value:
    """`correlation(x, y)` and `slope(y, x)` of pairs without a null; null for fewer than two, or where a side does not vary."""
    if len(pairs) < 2:
        return None
    first, second = _numbers([a for a, _ in pairs]), _numbers([b for _, b in pairs])
    both, of_first, of_second = (
        _spread_of(first, second),
        _spread_of(first, first),
        _spread_of(second, second),
    )
    if function == "slope":
        return both / of_second if of_second else None
    if not of_first or not of_second:
        return None
    return both / (root(of_first * of_second) or Fraction(1))


def weighted(pairs: Sequence[tuple[Value, Value]]) -> Value:
    """Σ x·w / Σ w over pairs without a null; null where the weights add up to nothing."""
    if not pairs:
        return None
    if any(isinstance(x, Duration) for x, _ in pairs):
        mean = weighted([(x.microseconds, w) for x, w in pairs])
        return None if mean is None else Duration(mean)
    sums = total([arithmetic("*", x, w) for x, w in pairs])
    return arithmetic("/", sums, total([w for _, w in pairs]))
