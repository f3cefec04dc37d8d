"""PostgreSQL: has everything; its TO_DATE forgives too much, so texts of a format are checked and put in ISO form."""

from typing import TYPE_CHECKING

from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp

_ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$"


def _checked(
    emit: Emit, text: Operand, shape: str, value: "exp.Expression", result: ValueType, *, lenient: bool
) -> "exp.Expression":
    """The value where the text has the shape; else the text itself, which does not cast."""
    from sqlglot import exp

    from metricdsl.sql import trees

    fits = emit.binary(exp.RegexpLike, text.again(), texts.literal(shape))
    return emit.cast(trees.case([(fits, value)], None if lenient else text.again()), result)


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_date(operands)
    lenient = texts.or_null(operands)
    if form is None:
        return _checked(emit, text, _ISO_DAY, text.again(), result, lenient=lenient)
    value = texts.iso(emit, operands[0], form, clock=result.kind is Kind.TIMESTAMP)
    return _checked(emit, text, form.regex, value, result, lenient=lenient)


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_number(operands)
    lenient = texts.or_null(operands)
    if not operands[1].constant and not lenient:
        return emit.cast(text.sql, result)
    value = texts.bare_number(emit, text.again(), form)
    return _checked(emit, text, texts.number_shape(form), value, result, lenient=lenient)


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


POSTGRES = DialectDef(
    name="postgres",
    sqlglot="postgres",
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
        "sort.text": _by_code_point,
    },
)
