"""The folds: what an aggregate makes of the values that are not null."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import cmp_to_key
from math import floor

from metricdsl.testing.reference.context import Aggregate
from metricdsl.testing.reference.values import Refused, Value, arithmetic, greatest, least, order, plain, same


def folded(function: str, values: Sequence[Value], aggregate: Aggregate) -> Value:
    """The fold of values without nulls; of none, 0 for counts and null for all others."""
    if function == "count":
        return Fraction(len(different(values) if aggregate.distinct else values))
    if aggregate.distinct:
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
        case "median" | "percentile":
            return percentile(values, aggregate.position)
        case _:
            raise Refused(f"unknown aggregate {function}")


def different(values: Sequence[Value]) -> list[Value]:
    """The values, each once."""
    found: list[Value] = []
    for value in values:
        if not any(same(value, other) for other in found):
            found.append(value)
    return found


def total(values: Sequence[Value]) -> Value:
    """The sum; at least one value."""
    found = values[0]
    if isinstance(plain(found), date | str | bool):
        raise Refused(f"{found!r} is nothing to add up")
    for value in values[1:]:
        found = arithmetic("+", found, value)
    return found


def percentile(values: Sequence[Value], p: Fraction) -> Value:
    """At position p(n - 1), linear between neighbours; of dates and moments the lower neighbour."""
    if not 0 <= p <= 1:
        raise Refused("a percentile lies between 0% and 100%")
    ordered = sorted(values, key=cmp_to_key(order))
    place = p * (len(ordered) - 1)
    lower = ordered[floor(place)]
    if isinstance(plain(lower), date):
        return lower
    if isinstance(lower, str | bool):
        raise Refused("a percentile of texts has no meaning")
    upper = ordered[min(floor(place) + 1, len(ordered) - 1)]
    return arithmetic("+", lower, arithmetic("*", arithmetic("-", upper, lower), place - floor(place)))
