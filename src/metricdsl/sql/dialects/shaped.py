"""Texts read by their shape, for engines that have regular expressions and a conversion that refuses what it cannot read.

A text is looked at first, since conversions forgive too much; one of another shape goes on as `not readable: …`, which none takes.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias

from attrs import evolve

from metricdsl.model.formats import NumberFormat
from metricdsl.model.types import INTEGER, TEXT, Kind, ValueType
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand
from metricdsl.sql.dialects import texts
from metricdsl.value import frozen

if TYPE_CHECKING:
    from sqlglot import exp

Convert: TypeAlias = Callable[[Emit, "exp.Expression", ValueType], "exp.Expression"]
"""A text as a value of a type; of one that does not convert an error."""


class Checked(Protocol):
    """How a value of a text that meets conditions is made: `texts.checked`, or what a dialect has for it."""

    def __call__(
        self,
        emit: Emit,
        text: Operand,
        conditions: "list[exp.Expression]",
        value: "exp.Expression",
        result: ValueType,
        *,
        lenient: bool,
        convert: Convert,
    ) -> "exp.Expression":
        """The value; of another text null where it is lenient, else an error."""
        ...


@frozen
class Way:
    """How a dialect reads texts by their shape. With `forgives` its conversion makes null of a day that there is not, and no
    error: days are looked at first."""

    convert: Convert
    checked: Checked = texts.checked
    forgives: bool = False


_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_ISO = f"^{_DAY}([ T]{_CLOCK})?$"
_MONTHS_OF_30 = ("04", "06", "09", "11")


def _day_exists(emit: Emit, iso: "exp.Expression") -> "exp.Expression":
    """Whether an ISO text of a well-formed day is a day that there is: its number is not beyond the end of its month."""
    from sqlglot import exp

    from metricdsl.sql import trees

    month, day = texts.substring(emit, iso, 6, 2), texts.substring(emit, iso.copy(), 9, 2)
    year = emit.cast(texts.substring(emit, iso.copy(), 1, 4), INTEGER)

    def rest(by: int) -> "exp.Expression":
        return emit.binary(exp.Mod, year.copy(), emit.constant(by, INTEGER).sql)

    def leaves(by: int, *, none: bool) -> "exp.Expression":
        return emit.binary(exp.EQ if none else exp.NEQ, rest(by), emit.constant(0, INTEGER).sql)

    leap = trees.binary(
        exp.Or,
        trees.binary(exp.And, leaves(4, none=True), leaves(100, none=False)),
        leaves(400, none=True),
    )
    february = trees.case([(leap, texts.literal("29"))], texts.literal("28"))
    short = exp.In(this=month.copy(), expressions=[texts.literal(name) for name in _MONTHS_OF_30])
    last = trees.case(
        [(trees.binary(exp.EQ, month, texts.literal("02")), february), (short, texts.literal("30"))],
        texts.literal("31"),
    )
    return emit.binary(exp.LTE, day, last)


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType, way: Way) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_date(operands)
    clock = result.kind is Kind.TIMESTAMP
    if form is None:
        value = text.again() if clock else texts.substring(emit, text.again(), 1, 10)
    else:
        value = texts.iso(emit, operands[0], form, clock=clock)
    conditions = [texts.matches(emit, text, _ISO if form is None else form.regex)]
    lenient = texts.or_null(operands)
    if lenient or way.forgives:
        conditions.append(_day_exists(emit, value.copy()))
    return way.checked(emit, text, conditions, value, result, lenient=lenient, convert=way.convert)


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType, way: Way) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_number(operands)
    lenient = texts.or_null(operands)
    value = emit.function("TRIM", texts.bare_number(emit, text.again(), form))
    if result.kind in {Kind.INTEGER, Kind.DURATION}:
        shape = texts.whole_shape(form)
        value = emit.function("SPLIT_PART", value, texts.literal("."), emit.constant(1, INTEGER).sql)
    else:
        shape = texts.number_shape(form, result)
        if form.hundredths:
            return _of_hundred(emit, text, form, result, lenient=lenient, way=way)
    return way.checked(
        emit, text, [texts.matches(emit, text, shape)], value, result, lenient=lenient, convert=way.convert
    )


def _of_hundred(
    emit: Emit, text: Operand, form: NumberFormat, result: ValueType, *, lenient: bool, way: Way
) -> "exp.Expression":
    """`12.5%` is 12.5 times 0.01: a cast to a decimal knows no exponents."""
    from sqlglot import exp

    places = form.hundredths
    bare = evolve(result, scale=max(result.scale - places, 0)) if result.kind is Kind.DECIMAL else result
    number = emit.function("TRIM", texts.without_marks(emit, text.again(), form))
    shape = texts.matches(emit, text, texts.number_shape(form, result))
    read = way.checked(emit, text, [shape], number, bare, lenient=lenient, convert=way.convert)
    if result.kind is Kind.FLOAT:
        return emit.binary(exp.Div, read, emit.constant(10**places, INTEGER).sql)
    return emit.binary(exp.Mul, read, exp.Literal.number(f"{Decimal(1).scaleb(-places):f}"))


def _boolean(emit: Emit, operands: tuple[Operand, ...], result: ValueType, way: Way) -> "exp.Expression":
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    wrong = None if texts.or_null(operands) else way.convert(emit, unreadable(emit, text.again()), result)
    return texts.words(emit, text, wrong)


def unreadable(emit: Emit, sql: "exp.Expression") -> "exp.Expression":
    """A text that is of no other type, null where the value is."""
    return texts.joined(emit, texts.literal("not readable: "), sql)


def scans(way: Way) -> Mapping[str, Emulated]:
    """The rows of the operators that read texts."""

    def by(read: Callable[[Emit, tuple[Operand, ...], ValueType, Way], "exp.Expression"]) -> Emulated:
        def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
            return read(emit, operands, result, way)

        lowering: Lowering = lower
        return Emulated(lowering)

    return {
        "scan.date": by(_time),
        "scan.timestamp": by(_time),
        "scan.number": by(_number),
        "scan.boolean": by(_boolean),
    }
