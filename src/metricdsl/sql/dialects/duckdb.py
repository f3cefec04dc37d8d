"""DuckDB: has everything; texts are read with STRPTIME and CAST, which refuse what does not fit."""

from typing import TYPE_CHECKING

from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = texts.field_or_null(operands[0].sql)
    form = texts.written_date(operands)
    lenient = texts.or_null(operands)
    if form is None:
        return _cast(emit, text, result, lenient=lenient)
    parsed = emit.function("TRY_STRPTIME" if lenient else "STRPTIME", text, texts.literal(form.strptime))
    return emit.cast(parsed, result) if result.kind is Kind.DATE else parsed


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    form = texts.written_number(operands)
    text = operands[0]
    lenient = texts.or_null(operands)
    value = texts.bare_number(emit, texts.field_or_null(text.sql), form)
    if not operands[1].constant:
        return _cast(emit, value, result, lenient=lenient)
    # A mark in the wrong place (`1,23` for 1.23) must not become another number.
    shape = emit.function("REGEXP_MATCHES", text.again(), texts.literal(texts.number_shape(form)))
    fits = trees.case([(shape, value)], None if lenient else text.again())
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


DUCKDB = DialectDef(
    name="duckdb",
    sqlglot="duckdb",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.NATIVE,
        Capability.DECIMALS: Support.NATIVE,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.NATIVE,
        Capability.BOOLEANS: Support.NATIVE,
    },
    overrides={
        "scan.date": _time,
        "scan.timestamp": _time,
        "scan.number": _number,
        "scan.boolean": _boolean,
        "scan.whole": _whole,
    },
    identifier_bytes=255,
)
