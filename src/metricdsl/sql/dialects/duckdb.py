"""DuckDB: has everything; texts are read with STRPTIME and CAST, which refuse what does not fit."""

from typing import TYPE_CHECKING

from metricdsl.model.types import INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Lowering, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    text = texts.field_or_null(operands[0].sql)
    form = texts.written_date(operands)
    lenient = texts.or_null(operands)
    if form is None:
        return _cast(emit, text, result, lenient=lenient)
    # STRPTIME takes `01-02-17` for a year of four digits, `1-2` where two are asked, and `infinity`: the shape is looked
    # at first.
    fits = emit.function("REGEXP_MATCHES", text.copy(), texts.literal(form.regex))
    empty = trees.is_null(text.copy())
    wrong = None if lenient else texts.joined(emit, text.copy(), texts.literal(" has another shape"))
    padded = trees.case([(fits, text)] if lenient else [(fits, text), (empty, exp.Null())], wrong)
    parsed = emit.function("TRY_STRPTIME" if lenient else "STRPTIME", padded, texts.literal(form.strptime))
    return emit.cast(parsed, result) if result.kind is Kind.DATE else parsed


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    form = texts.written_number(operands)
    text = operands[0]
    lenient = texts.or_null(operands)
    value = texts.bare_number(emit, texts.field_or_null(text.sql), form)
    whole = result.kind is Kind.INTEGER
    # A mark in the wrong place (`1,23` for 1.23) must not become another number, nor `1.5` be rounded to a whole one, nor
    # `nan` be read as a float.
    pattern = texts.whole_shape(form) if whole else texts.number_shape(form, result)
    shape = emit.function("REGEXP_MATCHES", text.again(), texts.literal(pattern))
    wrong = trees.is_null(texts.field_or_null(text.again()))
    said = emit.function("CONCAT", text.again(), texts.literal(" is written otherwise"))
    fits = trees.case(
        [(shape, value)] if lenient else [(shape, value), (wrong, exp.Null())], None if lenient else said
    )
    cast = _cast(emit, fits, result, lenient=lenient)
    assert isinstance(cast, exp.Expression)
    return cast


def _boolean(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    wrong = None if texts.or_null(operands) else emit.cast(text.again(), result)
    return texts.words(emit, text, wrong)


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole: one with decimals is text that is no whole number, and refused."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("TRUNC", number.again()))
    wrong = emit.cast(emit.function("CONCAT", texts.literal("not whole: "), number.again()), result)
    return trees.case(
        [(whole, emit.cast(number.again(), result)), (trees.is_null(number.again()), exp.Null())], wrong
    )


def _cast(emit: Emit, sql: "exp.Expression", result: ValueType, *, lenient: bool) -> "exp.Expression":
    from sqlglot import exp

    cast = emit.cast(sql, result)
    return exp.TryCast(this=sql, to=cast.args["to"], safe=True) if lenient else cast


def _first_of(part: str) -> Lowering:
    """The first day of the month or year, counted back from the day: a third of what DATE_TRUNC costs."""

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
        from sqlglot import exp

        time = operands[0]
        day = time.sql if time.type.kind is Kind.DATE else emit.cast(time.sql, result)
        days = emit.binary(exp.Sub, emit.function(part, time.again()), emit.constant(1, INTEGER).sql)
        # Only a plain INT is taken from a date as days.
        return emit.binary(
            exp.Sub, day, exp.Cast(this=days, to=exp.DataType(this=exp.DType.INT, nested=False))
        )

    return lower


def _cells(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """UNNEST(RANGE(first, end, how far)), on the clock: a range of dates would be one of timestamps too."""
    first, end, away = operands
    unit = "TO_MONTHS" if away.type.grain is not None else "TO_MICROSECONDS"
    step = emit.function(unit, away.sql)
    made = emit.function("RANGE", emit.cast(first.sql, TIMESTAMP), emit.cast(end.sql, TIMESTAMP), step)
    cells = emit.function("UNNEST", made)
    return cells if result.kind is Kind.TIMESTAMP else emit.cast(cells, result)


DUCKDB = DialectDef(
    name="duckdb",
    sqlglot="duckdb",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.NATIVE,
        Capability.MOMENTS: Support.NATIVE,
        Capability.DECIMALS: Support.NATIVE,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.NATIVE,
        Capability.BOOLEANS: Support.NATIVE,
        Capability.ANTI_JOINS: Support.NATIVE,
        Capability.FILTERED_TOTALS: Support.NATIVE,
    },
    overrides={
        "scan.date": _time,
        "scan.timestamp": _time,
        "scan.number": _number,
        "scan.boolean": _boolean,
        "scan.whole": _whole,
        "cells.between": _cells,
        "cut.month": _first_of("DAY"),
        "cut.year": _first_of("DAYOFYEAR"),
    },
    identifier_bytes=255,
)
