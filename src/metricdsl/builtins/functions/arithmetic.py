"""The operators + - × ÷ and the sign, on numbers, and what they do with times and durations."""

from collections.abc import Callable, Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import aligned, as_double, rounded_micros, scaled, wraps, wraps_decimals
from metricdsl.builtins.durations import (
    moves_no_time,
    product_of_duration,
    quotient_of_durations,
    sum_of_durations,
)
from metricdsl.builtins.functions.elapsed import MICROS_PER_DAY, difference, moved
from metricdsl.builtins.kinds import (
    FREE,
    MOST_DECIMALS,
    TEXT_AS_NUMBER,
    TEXT_COLUMN,
    calendar,
    noun,
    nullable,
    numeric,
    text_column,
    value,
    wider,
)
from metricdsl.builtins.nodes import Sign, Sql
from metricdsl.builtins.products import divided, multiplied
from metricdsl.builtins.units import added, subtracted
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import Unit
from metricdsl.spi.defs import ConstantType, Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Operand

UnitRule = Callable[[ValueType, ValueType], "Unit | Mismatch"]


def _number(types: Sequence[ValueType], unit: Unit, scale: int) -> ValueType:
    kind = wider({t.kind for t in types})
    if kind is Kind.DECIMAL and scale > MOST_DECIMALS:
        kind = Kind.FLOAT
    return ValueType(kind, unit, scale if kind is Kind.DECIMAL else 0, nullable(types))


def _infer_add(types: Sequence[ValueType]) -> ValueType | Mismatch:
    left, right = types
    if left.kind is Kind.DURATION and right.kind.temporal:
        left, right = right, left
    if left.kind.temporal and right.kind is Kind.DURATION:
        return _moved_type(left, right)
    if left.kind.temporal and right.kind.temporal:
        return Mismatch(
            "kinds",
            "a point in time cannot be added to another",
            fix="take their difference, or add a duration",
        )
    return _sum_type(left, right, added, "add to")


def _infer_subtract(types: Sequence[ValueType]) -> ValueType | Mismatch:
    left, right = types
    if left.kind.temporal and right.kind is Kind.DURATION:
        return _moved_type(left, right)
    if left.kind.temporal and right.kind.temporal:
        return ValueType(Kind.DURATION, nullable=nullable(types))
    if left.kind is Kind.DURATION and right.kind.temporal:
        return Mismatch("kinds", "a point in time cannot be taken from a duration")
    return _sum_type(left, right, subtracted, "subtract from")


def _sum_type(left: ValueType, right: ValueType, unit_of: UnitRule, verb: str) -> ValueType | Mismatch:
    types = (left, right)
    if Kind.DURATION in {left.kind, right.kind}:
        return _duration_sum(left, right, verb)
    for free, other in ((left, right), (right, left)):
        if free.kind in FREE and other.kind.temporal:
            return ValueType(Kind.UNKNOWN, nullable=True)
    for index, t in enumerate(types):
        if not numeric(t):
            fix = TEXT_COLUMN if any(map(text_column, types)) else None
            return Mismatch("kinds", _not_added(left, right, verb), index, fix=fix)
    if left.kind in FREE or right.kind in FREE:
        known = right if left.kind in FREE else left
        return _number(types, known.unit, known.scale)
    unit = unit_of(left, right)
    return unit if isinstance(unit, Mismatch) else _number(types, unit, max(left.scale, right.scale))


def _duration_sum(left: ValueType, right: ValueType, verb: str) -> ValueType | Mismatch:
    for t, other in ((left, right), (right, left)):
        zero = isinstance(t, ConstantType) and t.value == 0 and t.kind.numeric
        if t.kind is not Kind.DURATION and t.kind not in FREE and not zero:
            if t.unit.powers and numeric(t):
                apart = "put them in columns of their own, or divide one by the other"
                return Mismatch("kinds", f"{other.measured} and {t.measured} do not add", fix=apart)
            text = f"{noun(other)} and {noun(t)} do not add"
            number = "say the number with its unit of time, as in `30 days`"
            return Mismatch("kinds", text, fix=TEXT_COLUMN if text_column(t) else number)
    if calendar(left) or calendar(right):
        return Mismatch(
            "kinds",
            "months, quarters and years have no fixed length: they can be added to a date or timestamp only",
            fix=f"say it in days, or {verb} a date",
        )
    unit = sum_of_durations(left, right)
    if isinstance(unit, Mismatch):
        return unit
    return ValueType(Kind.DURATION, unit, nullable=nullable((left, right)))


def _not_added(left: ValueType, right: ValueType, verb: str) -> str:
    del verb
    if Kind.TEXT in {left.kind, right.kind}:
        return f"{noun(left)} and {noun(right)} do not add; texts are put together with `concat`"
    return f"{noun(left)} and {noun(right)} do not add"


def _moved_type(time: ValueType, duration: ValueType) -> ValueType | Mismatch:
    if calendar(duration) and not isinstance(value(duration), int):
        return Mismatch(
            "arguments", "months, quarters and years to add must be written, as a whole number of them", 1
        )
    wrong = moves_no_time(time, duration)
    if wrong is not None:
        return wrong
    kind = time.kind
    if kind is Kind.DATE and not calendar(duration):
        micros = value(duration)
        if not isinstance(micros, int) or micros % MICROS_PER_DAY:
            kind = Kind.TIMESTAMP
    return ValueType(kind, nullable=nullable((time, duration)))


def _infer_multiply(types: Sequence[ValueType]) -> ValueType | Mismatch:
    left, right = types
    if Kind.DURATION in {left.kind, right.kind}:
        return _duration_product(left, right)
    for index, t in enumerate(types):
        if not numeric(t):
            text = f"{noun(left)} and {noun(right)} do not multiply"
            return Mismatch("kinds", text, index, TEXT_AS_NUMBER if text_column(t) else None)
    return _number(types, multiplied(left, right), left.scale + right.scale)


def _duration_product(left: ValueType, right: ValueType) -> ValueType | Mismatch:
    duration, factor = (left, right) if left.kind is Kind.DURATION else (right, left)
    if not numeric(factor):
        return Mismatch("kinds", f"{noun(left)} and {noun(right)} do not multiply")
    if calendar(duration):
        measured = f"a number in {factor.unit.text}" if factor.unit.powers else "a number"
        together = "write the two as one, as in `12 months`"
        fix = (
            together if isinstance(factor, ConstantType) else "multiply by their number, as in `revenue * 12`"
        )
        return Mismatch("kinds", f"months, quarters and years do not multiply with {measured}", fix=fix)
    unit = product_of_duration(duration, factor)
    return ValueType(Kind.DURATION, unit, nullable=nullable((left, right)))


def _infer_divide(types: Sequence[ValueType]) -> ValueType | Mismatch:
    left, right = types
    divisor = value(right)
    sure = isinstance(right, ConstantType) and divisor is not None and divisor != 0
    can_be_null = left.nullable or left.kind is Kind.NULL or not sure
    if calendar(left) or calendar(right):
        text = "months, quarters and years have no fixed length and do not divide"
        by_number = calendar(right) and numeric(left)
        fix = "divide by their number, as in `revenue / 12`" if by_number else "say it in days"
        return Mismatch("kinds", text, fix=fix)
    if left.kind is right.kind is Kind.DURATION:
        return ValueType(Kind.FLOAT, quotient_of_durations(left, right), nullable=can_be_null)
    if left.kind is Kind.DURATION and numeric(right):
        return ValueType(Kind.DURATION, product_of_duration(left, right, -1), nullable=can_be_null)
    if right.kind is Kind.DURATION and numeric(left):
        text = f"{noun(left)} cannot be divided by a duration"
        return Mismatch(
            "kinds", text, 1, fix="divide the duration by one first, as in `revenue / (cycle_time / (1 day))`"
        )
    for index, t in enumerate(types):
        if not numeric(t):
            text = f"{noun(left)} cannot be divided by {noun(right)}"
            return Mismatch("kinds", text, index, TEXT_AS_NUMBER if text_column(t) else None)
    return ValueType(Kind.FLOAT, divided(left, right), nullable=can_be_null)


def _infer_negate(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if x.kind is Kind.DURATION or numeric(x):
        return ValueType(x.kind, x.unit, x.scale, x.nullable, x.grain)
    return Mismatch("kinds", f"{noun(x)} has no sign to change", 0)


def _lower_add(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    left, right = operands
    if left.type.kind is Kind.DURATION and right.type.kind.temporal:
        left, right = right, left
    if left.type.kind.temporal and right.type.kind is Kind.DURATION:
        return moved(emit, left, right, result, 1)
    return _sum(emit, "+", left, right, result)


def _lower_subtract(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    left, right = operands
    if left.type.kind.temporal and right.type.kind is Kind.DURATION:
        return moved(emit, left, right, result, -1)
    if left.type.kind.temporal and right.type.kind.temporal:
        return difference(emit, left, right)
    return _sum(emit, "-", left, right, result)


def _sum(emit: Emit, sign: Sign, left: Operand, right: Operand, result: ValueType) -> Sql:
    a, b = aligned(emit, left, result), aligned(emit, right, result)
    if wraps_decimals(emit) and result.kind is Kind.DECIMAL:
        a = emit.cast(a, result)  # it would keep the digits of the narrower column
    return nodes.op(emit, sign, _roomy(emit, left, right, a, result), b)


def _roomy(emit: Emit, left: Operand, right: Operand, sql: Sql, result: ValueType) -> Sql:
    """The left side of a whole-number operation as BIGINT where both could be narrower and overflow (DuckDB, PostgreSQL)."""
    written = any(one.is_constant and one.type.kind is Kind.DURATION for one in (left, right))
    whole = result.kind is Kind.INTEGER or (result.kind is Kind.DURATION and written)
    if wraps(emit) and result.kind in {Kind.INTEGER, Kind.DURATION}:
        return emit.cast(sql, ValueType(Kind.DECIMAL))
    small = whole and nodes.narrow(left) and nodes.narrow(right)
    return nodes.exact_integer(emit, sql) if small and not scaled(emit) else sql


def _lower_multiply(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    left, right = operands
    if result.kind is Kind.DURATION:
        duration, factor = (left, right) if left.type.kind is Kind.DURATION else (right, left)
        if factor.type.kind is Kind.INTEGER:
            return nodes.op(emit, "*", _roomy(emit, duration, factor, duration.sql, result), factor.sql)
        return rounded_micros(emit, nodes.op(emit, "*", duration.sql, as_double(emit, factor)))
    if result.kind is Kind.FLOAT:
        return nodes.op(emit, "*", as_double_if_decimal(emit, left), as_double_if_decimal(emit, right))
    if wraps_decimals(emit):
        wide = nodes.wide_decimal(left.sql, left.type.scale if left.type.kind is Kind.DECIMAL else 0)
        exact = ValueType(Kind.DECIMAL, scale=result.scale)
        return emit.cast(nodes.op(emit, "*", wide, right.sql), exact)
    # Two decimals keep their own scales: scaled whole numbers multiply to the sum of the scales.
    a = _roomy(emit, left, right, left.sql, result)
    if emit.dialect != "duckdb" or result.kind is not Kind.DECIMAL or left.is_constant or right.is_constant:
        return nodes.op(emit, "*", a, right.sql)
    # DuckDB gives the product of two narrow decimals 18 digits, and refuses a longer one.
    if left.type.kind is Kind.DECIMAL:
        return nodes.op(emit, "*", nodes.cast(emit, a, left.type), right.sql)
    return nodes.op(emit, "*", a, nodes.cast(emit, right.sql, right.type))


def as_double_if_decimal(emit: Emit, operand: Operand) -> Sql:
    """A decimal as a double; whole numbers and doubles as they are."""
    return as_double(emit, operand) if operand.type.kind is Kind.DECIMAL else operand.sql


def _lower_divide(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    left, right = operands
    top = as_double(emit, left)
    if right.is_constant and right.constant not in {0, None}:
        bottom = right.sql if right.type.kind is not Kind.DECIMAL else as_double(emit, right)
    elif right.type.kind is Kind.DECIMAL and scaled(emit):
        bottom = nodes.nullif(emit, as_double(emit, right), nodes.whole(emit, 0))
    else:
        bottom = nodes.nullif(emit, right.sql, nodes.whole(emit, 0))
    quotient = nodes.op(emit, "/", top, bottom)
    return rounded_micros(emit, quotient) if result.kind is Kind.DURATION else quotient


def _lower_negate(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del emit, result
    return nodes.negated(operands[0].sql)


FUNCTIONS = (
    FunctionDef(
        name="add",
        signature="(a: number<u>, b: number<u>) -> number<u>; (t: date | timestamp, d: duration) -> date | timestamp",
        infer=_infer_add,
        lower={"*": _lower_add},
        doc="The sum, written `a + b`; of like units only. `add(t, d)` moves a time: months, quarters and years keep the day "
        "of the month, or take the last one where there is no such day.",
        examples=(
            Example(formula="1 + 2", gives="3"),
            Example(formula="1.5 + 2", gives="3.5"),
            Example(formula="null + 2", gives="null"),
            Example(formula="add(2024-01-31, 1 month)", gives="2024-02-29"),
            Example(formula="2026-01-31 + 7 days", gives="2026-02-07"),
            Example(formula="1 hour + 30 minutes", gives="90 minutes"),
        ),
        least=2,
    ),
    FunctionDef(
        name="subtract",
        signature="(a: number<u>, b: number<u>) -> number<u>; (a: time, b: time) -> duration; (t: time, d: duration) -> time",
        infer=_infer_subtract,
        lower={"*": _lower_subtract},
        doc="The difference, written `a - b`. Two dates give whole days, two timestamps the elapsed time (by the local clock where they are stored without a zone), "
        "two shares points.",
        examples=(
            Example(formula="1 - 2.25", gives="-1.25"),
            Example(formula="2026-03-01 - 2026-02-01", gives="28 days"),
            Example(formula="2026-03-31 - 1 month", gives="2026-02-28"),
        ),
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="multiply",
        signature="(a: number<u>, b: number<v>) -> number<u × v>; (d: duration, n: number<u>) -> duration × u; (a: number<u / time>, d: duration) -> number<u>",
        infer=_infer_multiply,
        lower={"*": _lower_multiply},
        doc="The product, written `a * b`. A share of something has its unit; units that cancel leave a share. "
        "What is for each unit of time, times a length of it, is an amount: USD per month times `12 months` is USD; months are no days. "
        "A duration keeps what it has beside time: duration × seat.",
        examples=(
            Example(formula="3 * 4", gives="12"),
            Example(formula="1.25 * 1.1", gives="1.375"),
            Example(formula="2 * 90 minutes", gives="180 minutes"),
        ),
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="divide",
        signature="(a: number<u>, b: number<v>) -> float<u / v>; (d: duration, n: number<u>) -> duration / u; (a: duration, b: duration) -> float; (a: number<u>, d: duration) -> float<u / hour>",
        infer=_infer_divide,
        lower={"*": _lower_divide},
        doc="The quotient, written `a / b`: always a float, null where b is null or 0. Like units leave a share. "
        "A number by a length of time is so much for each hour: USD by a duration are USD per hour; "
        "a duration by jobs is a duration per job, and by one of these a number of jobs.",
        examples=(
            Example(formula="7 / 2", gives="3.5"),
            Example(formula="1 / 0", gives="null"),
            Example(formula="36 hours / (1 day)", gives="1.5"),
        ),
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="negate",
        signature="(x: number<u> | duration) -> number<u> | duration",
        infer=_infer_negate,
        lower={"*": _lower_negate},
        doc="The same with the other sign, written `-x`.",
        examples=(Example(formula="-(2)", gives="-2"),),
        operator=True,
    ),
)
