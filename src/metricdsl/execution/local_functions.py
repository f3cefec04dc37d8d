"""The functions that are worked out behind a statement, of Python's values: each gives what its lowering to SQL gives."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from metricdsl.diagnostics.problems.numbers import NotFinite
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.adapter import AdapterError

Strict: TypeAlias = Callable[[Sequence[Any], ValueType], Any]
"""(values, none of them null; the type of the result) → value."""
Lazy: TypeAlias = Callable[[Sequence[Callable[[], Any]], ValueType], Any]
"""The same of values that are worked out when they are asked for, null or not."""

WIDE = Context(prec=200, rounding=ROUND_HALF_UP)


def typed(value: Any, type: ValueType) -> Any:
    """A number of the kind that is said. Raises AdapterError where it is none."""
    if type.kind is Kind.FLOAT and isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        value = float(value)
        if not math.isfinite(value):
            raise AdapterError(NotFinite(column="what is worked out of the result", value=str(value)))
    return value


def _alike(values: Sequence[Any]) -> list[Any]:
    """The values as they compare and add: beside a float all are floats, beside a moment a date is its midnight."""
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, int | Decimal) else value for value in values]
    if any(isinstance(value, datetime) for value in values):
        return [_moment(value) for value in values]
    return list(values)


def _moment(value: Any) -> Any:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time()) if is_day else value


def _of_two(operation: Callable[[Any, Any], Any]) -> Strict:
    def worked(values: Sequence[Any], type: ValueType) -> Any:
        one, other = _alike(values)
        return typed(operation(one, other), type)

    return worked


def _add(one: Any, other: Any) -> Any:
    return WIDE.add(one, other) if isinstance(one, Decimal) or isinstance(other, Decimal) else one + other


def _subtract(one: Any, other: Any) -> Any:
    return (
        WIDE.subtract(one, other) if isinstance(one, Decimal) or isinstance(other, Decimal) else one - other
    )


def _multiply(values: Sequence[Any], type: ValueType) -> Any:
    one, other = _alike(values)
    product = (
        WIDE.multiply(one, other) if isinstance(one, Decimal) or isinstance(other, Decimal) else one * other
    )
    return half_away(product) if type.kind is Kind.DURATION else typed(product, type)


def _divide(values: Sequence[Any], type: ValueType) -> Any:
    top, bottom = map(float, values)
    if bottom == 0:
        return None
    return half_away(top / bottom) if type.kind is Kind.DURATION else typed(top / bottom, type)


def half_away(number: Any) -> int:
    """The nearest whole number, halves away from zero."""
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _round(values: Sequence[Any], type: ValueType) -> Any:
    number, digits = values[0], int(values[1]) if len(values) > 1 else 0
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), context=WIDE)
    return _as_kind(rounded, type)


def _whole(rounding: str) -> Strict:
    def worked(values: Sequence[Any], type: ValueType) -> Any:
        exact = Decimal(repr(values[0])) if isinstance(values[0], float) else Decimal(values[0])
        return _as_kind(exact.to_integral_value(rounding), type)

    return worked


def _as_kind(number: Decimal, type: ValueType) -> Any:
    return int(number) if type.kind is Kind.INTEGER else typed(number, type)


def _power(values: Sequence[Any], type: ValueType) -> Any:
    base, exponent = map(float, values)
    try:
        value = math.pow(base, exponent)
    except (ValueError, OverflowError):
        return None
    return typed(value, type) if math.isfinite(value) else None


def _exp(values: Sequence[Any], type: ValueType) -> Any:
    number = float(values[0])
    return 0.0 if number < -700 else typed(math.exp(number), type) if number <= 709 else None


FUNCTIONS: Mapping[str, Strict] = {
    "add": _of_two(_add),
    "subtract": _of_two(_subtract),
    "multiply": _multiply,
    "divide": _divide,
    "negate": lambda values, type: typed(-values[0], type),
    "abs": lambda values, type: typed(abs(values[0]), type),
    "round": _round,
    "floor": _whole(ROUND_FLOOR),
    "ceil": _whole(ROUND_CEILING),
    "power": _power,
    "sqrt": lambda values, type: None if values[0] < 0 else typed(math.sqrt(values[0]), type),
    "ln": lambda values, type: None if values[0] <= 0 else typed(math.log(values[0]), type),
    "exp": _exp,
    "least": lambda values, type: typed(min(_alike(values)), type),
    "greatest": lambda values, type: typed(max(_alike(values)), type),
    "clamp": lambda values, type: typed(min(max(_alike(values)[:2]), _alike(values)[2]), type),
    "equal": _of_two(eq),
    "not_equal": _of_two(ne),
    "less": _of_two(lt),
    "at_most": _of_two(le),
    "greater": _of_two(gt),
    "at_least": _of_two(ge),
    "not": lambda values, _: not values[0],
}
"""Null of a null."""


def _and(values: Sequence[Callable[[], Any]], type: ValueType) -> Any:
    known = [value() for value in values]
    return False if any(v is False for v in known) else None if any(v is None for v in known) else True


def _or(values: Sequence[Callable[[], Any]], type: ValueType) -> Any:
    known = [value() for value in values]
    return True if any(v is True for v in known) else None if any(v is None for v in known) else False


def _case(values: Sequence[Callable[[], Any]], type: ValueType) -> Any:
    for condition, value in zip(values[:-1:2], values[1::2], strict=True):
        if condition() is True:
            return typed(value(), type)
    return typed(values[-1](), type)


def _coalesce(values: Sequence[Callable[[], Any]], type: ValueType) -> Any:
    found = (value() for value in values)
    return typed(next((one for one in found if one is not None), None), type)


def _in(values: Sequence[Callable[[], Any]], type: ValueType) -> Any:
    operand, *items = [value() for value in values]
    if operand is None:
        return None
    if any(eq(*_alike([operand, item])) for item in items if item is not None):
        return True
    return None if any(item is None for item in items) else False


LAZY: Mapping[str, Lazy] = {
    "and": _and,
    "or": _or,
    "if": _case,
    "case": _case,
    "coalesce": _coalesce,
    "in": _in,
    "is_null": lambda values, _: values[0]() is None,
}
"""Those that look at nulls themselves."""
