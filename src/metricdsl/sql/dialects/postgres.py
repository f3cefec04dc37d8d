"""PostgreSQL: has everything; its TO_DATE forgives too much, so texts of a format are checked and put in ISO form."""

from typing import TYPE_CHECKING

from metricdsl.model.types import DATE, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp

_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
_ISO = f"^{_DAY}([ T]{_CLOCK})?$"


def _day_exists(emit: Emit, iso: "exp.Expression") -> "exp.Expression":
    """Whether an ISO text of a well-formed day is a day that there is: counted from the first, it is in the same month."""
    from sqlglot import exp

    first = emit.cast(texts.joined(emit, texts.substring(emit, iso, 1, 8), texts.literal("01")), DATE)
    # Only a plain INT is added to a date as days.
    days = exp.Cast(
        this=texts.substring(emit, iso.copy(), 9, 2), to=exp.DataType(this=exp.DType.INT, nested=False)
    )
    one = emit.constant(1, INTEGER).sql
    day = emit.binary(exp.Sub, emit.binary(exp.Add, first, days), one)
    month = emit.function("TO_CHAR", day, texts.literal("MM"))
    return emit.binary(exp.EQ, month, texts.substring(emit, iso.copy(), 6, 2))


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_date(operands)
    lenient = texts.or_null(operands)
    value = (
        text.again()
        if form is None
        else texts.iso(emit, operands[0], form, clock=result.kind is Kind.TIMESTAMP)
    )
    conditions = [texts.matches(emit, text, _ISO if form is None else form.regex)]
    if lenient:
        conditions.append(_day_exists(emit, value.copy()))
    return texts.checked(emit, text, conditions, value, result, lenient=lenient)


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_number(operands)
    lenient = texts.or_null(operands)
    value = texts.bare_number(emit, text.again(), form)
    if result.kind in {Kind.INTEGER, Kind.DURATION}:
        shape = texts.whole_shape(form)
        value = emit.function("SPLIT_PART", value, texts.literal("."), emit.constant(1, INTEGER).sql)
    else:
        shape = texts.number_shape(form, result)
    return texts.checked(emit, text, [texts.matches(emit, text, shape)], value, result, lenient=lenient)


def _boolean(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    wrong = None if texts.or_null(operands) else emit.cast(text.again(), result)
    return texts.words(emit, text, wrong)


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole: one with decimals is cast by its text, which is refused."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("TRUNC", number.again()))
    return trees.case(
        [(whole, emit.cast(number.again(), result))], emit.cast(emit.cast(number.again(), TEXT), result)
    )


def _by_code_point(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    del emit, result
    return exp.Collate(this=trees.operand(operands[0].sql), expression=exp.to_identifier("C", quoted=True))


def _cells(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """GENERATE_SERIES(first, just before the end, how far)."""
    from sqlglot import exp

    from metricdsl.sql import trees

    first, end, away = operands
    unit = "MONTH" if away.type.grain is not None else "MICROSECOND"
    last = emit.binary(exp.Sub, emit.cast(end.sql, TIMESTAMP), trees.interval("1", "MICROSECOND"))
    step = trees.interval(str(away.constant), unit)
    cells = emit.function("GENERATE_SERIES", emit.cast(first.sql, TIMESTAMP), last, step)
    return cells if result.kind is Kind.TIMESTAMP else emit.cast(cells, result)


def _any_truth(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The greatest of truths: MAX has none of them here."""
    del result
    return emit.function("BOOL_OR", operands[0].sql)


POSTGRES = DialectDef(
    name="postgres",
    sqlglot="postgres",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.NATIVE,
        Capability.MOMENTS: Support.NATIVE,
        Capability.DECIMALS: Support.NATIVE,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.NATIVE,
        Capability.BOOLEANS: Support.NATIVE,
        Capability.ANTI_JOINS: Support.NATIVE,
    },
    overrides={
        "scan.date": _time,
        "scan.timestamp": _time,
        "scan.number": _number,
        "scan.boolean": _boolean,
        "scan.whole": _whole,
        "cells.between": _cells,
        "sort.text": _by_code_point,
        "any.truth": _any_truth,
        "rank.text": _by_code_point,
    },
)
