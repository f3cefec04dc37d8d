"""SQLite: no dates, decimals, booleans or percentiles of its own.

Dates and timestamps are ISO texts (`2026-01-31`, `2026-01-31 13:00:00`), decimals whole numbers of their last digit,
booleans 0 and 1. A text that does not convert is given to JSON, which refuses it with an error.
"""

from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.model.formats import NumberFormat, date_format
from metricdsl.model.types import FLOAT, INTEGER, TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Operand, Refused
from metricdsl.sql.dialects import texts
from metricdsl.sql.dialects.sqlite_moments import exists, is_moment, one_form
from metricdsl.sql.dialects.sqlite_stored import misfit

if TYPE_CHECKING:
    from sqlglot import exp

_ISO_DATE = "YYYY-MM-DD"
_CLOCKS = (
    "YYYY-MM-DD HH24:MI:SS",
    "YYYY-MM-DDTHH24:MI:SS",
    "YYYY-MM-DD HH24:MI",
    "YYYY-MM-DDTHH24:MI",
    _ISO_DATE,
)


def _refused(emit: Emit, what: str, text: Operand) -> "exp.Expression":
    """An error of the engine that names the value."""
    return emit.function("JSON", texts.joined(emit, texts.literal(f"not {what}: "), text.again()))


def _time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    clock = result.kind is Kind.TIMESTAMP
    written = operands[1].constant
    named = [str(written)] if written else list(_CLOCKS if clock else (_ISO_DATE,))
    branches = []
    for name in named:
        form = date_format(name)
        assert form is not None, f"analysis refuses the format {name}"
        made = text.again() if name == _ISO_DATE and not clock else texts.iso(emit, text, form, clock=clock)
        shape = exp.Glob(this=text.again(), expression=texts.literal(form.glob))
        second = made.copy()
        if form.field("FF3", "FF6") is not None:
            second = texts.substring(emit, second, 1, 19)
        branches.append((trees.binary(exp.And, shape, exists(emit, second, clock=clock)), made))
    if clock and not written:
        branches.insert(0, (is_moment(emit, text, parts_alone=True), one_form(emit, text)))
    what = "a date" if not clock else "a timestamp"
    return trees.case(branches, None if texts.or_null(operands) else _refused(emit, what, text))


def _stored_time(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A date or timestamp that the table declares as one: brought to the one form."""
    from sqlglot import exp

    time = operands[0]
    match time.type.kind, result.kind:
        case Kind.TIMESTAMP, Kind.DATE:
            return texts.substring(emit, time.sql, 1, 10)
        case Kind.DATE, Kind.TIMESTAMP:
            return emit.binary(exp.DPipe, time.sql, texts.literal(" 00:00:00"))
        case Kind.TIMESTAMP, _:
            return one_form(emit, time)
        case _:
            return time.sql


def _grouped_right(emit: Emit, text: Operand, form: NumberFormat) -> "exp.Expression":
    """Whether the marks between thousands, if there are any, stand where they belong: the number written anew is the same."""
    from sqlglot import exp

    from metricdsl.sql import trees

    plain = text.again()
    for mark in (form.before, form.after):
        if mark:
            plain = emit.function("REPLACE", plain, texts.literal(mark), texts.literal(""))
    plain = emit.function("TRIM", plain)
    until = emit.function(
        "INSTR", emit.binary(exp.DPipe, plain, texts.literal(form.point)), texts.literal(form.point)
    )
    one = emit.constant(1, INTEGER).sql
    whole = emit.function("SUBSTR", plain.copy(), one, emit.binary(exp.Sub, until, one.copy()))
    rest = emit.function("SUBSTR", plain.copy(), until.copy())
    bare = emit.function("REPLACE", whole, texts.literal(form.group), texts.literal(""))
    anew = emit.function("PRINTF", texts.literal("%,d"), emit.cast(bare, INTEGER))
    if form.group != ",":
        anew = emit.function("REPLACE", anew, texts.literal(","), texts.literal(form.group))

    def without(sql: "exp.Expression") -> "exp.Expression":
        place = emit.function("INSTR", sql, texts.literal(form.group))
        return emit.binary(exp.EQ, place, emit.constant(0, INTEGER).sql)

    either = trees.binary(exp.Or, without(whole.copy()), emit.binary(exp.EQ, anew, whole.copy()))
    return trees.binary(exp.And, either, without(rest))


def _number(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    form = texts.written_number(operands)
    bare = Operand(sql=emit.function("TRIM", texts.without_marks(emit, text.again(), form)), type=TEXT)
    number = Operand(sql=emit.cast(bare.sql, FLOAT), type=FLOAT)
    places = form.hundredths
    match result.kind:
        case Kind.DECIMAL:
            value = _scaled(emit, (number,), evolve(result, scale=max(result.scale - places, 0)))
        case Kind.FLOAT if places:
            value = emit.binary(exp.Div, number.sql, emit.constant(10**places, INTEGER).sql)
        case Kind.FLOAT:
            value = number.sql
        case _:
            value = emit.cast(bare.again(), INTEGER)
    whole = result.kind in {Kind.INTEGER, Kind.DURATION}
    condition = _is_number(emit, bare, whole=whole)
    for mark in (form.before.strip(), form.after.strip()):
        if mark:  # `50` is no `50%`
            place = emit.function("INSTR", text.again(), texts.literal(mark))
            there = trees.binary(exp.GT, place, emit.constant(0, INTEGER).sql)
            condition = trees.binary(exp.And, condition, there)
    if form.group:
        condition = trees.binary(exp.And, condition, _grouped_right(emit, text, form))
    wrong = (
        None if texts.or_null(operands) else _refused(emit, "a whole number" if whole else "a number", text)
    )
    return trees.case([(condition, value)], wrong)


def _is_number(emit: Emit, bare: Operand, *, whole: bool) -> "exp.Expression":
    """Digits, at most one point, at most one sign in front."""
    from sqlglot import exp

    from metricdsl.sql import trees

    def glob(sql: "exp.Expression", pattern: str) -> "exp.Expression":
        return exp.Glob(this=sql, expression=texts.literal(pattern))

    rest = emit.function("LTRIM", bare.again(), texts.literal("-" if whole else "-+"))
    conditions = [
        glob(bare.again(), "*[0-9]*"),
        trees.negated(glob(rest, "*[^0-9]*" if whole else "*[^0-9.]*")),
        trees.negated(glob(bare.again(), "[-+][-+]*")),
    ]
    if not whole:
        conditions.append(trees.negated(glob(bare.again(), "*.*.*")))
    joined = trees.all_of(conditions)
    assert joined is not None
    return joined


def _scaled(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A stored number as a whole number of its last digit."""
    from sqlglot import exp

    number = operands[0]
    if number.type.kind is Kind.INTEGER:
        factor = emit.constant(10**result.scale, INTEGER).sql
        return number.sql if result.scale == 0 else emit.binary(exp.Mul, number.sql, factor)
    value = number.sql
    if result.scale:
        value = emit.binary(exp.Mul, value, emit.constant(10**result.scale, INTEGER).sql)
    return emit.cast(emit.function("ROUND", value), INTEGER)


def _boolean(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    del result
    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    return texts.words(emit, text, None if texts.or_null(operands) else _refused(emit, "yes or no", text))


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    cast = emit.cast(number.sql, result)
    whole = trees.binary(exp.EQ, cast, number.again())
    return trees.case([(whole, cast.copy())], _refused(emit, "a whole number", number))


def _next_cell(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The cell after one that begins a day or a month: nothing to clamp."""
    cell, step = operands
    if step.type.grain is not None:
        return emit.function("DATE", cell.sql, texts.literal(f"+{step.constant} months"))
    seconds = int(step.constant) // 1_000_000
    if result.kind is Kind.DATE:
        return emit.function("DATE", cell.sql, texts.literal(f"+{seconds // 86_400} days"))
    return emit.function("DATETIME", cell.sql, texts.literal(f"+{seconds} seconds"))


def _by_code_point(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A column may be declared with a collation that ignores case."""
    from sqlglot import exp

    del emit, result
    sql = operands[0].sql
    named = exp.to_identifier("BINARY", quoted=True)
    return exp.Collate(this=sql, expression=named) if isinstance(sql, exp.Column) else sql


SQLITE = DialectDef(
    name="sqlite",
    sqlglot="sqlite",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.EMULATED,
        Capability.MOMENTS: Support.EMULATED,
        Capability.DECIMALS: Support.EMULATED,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.EMULATED,
        Capability.BOOLEANS: Support.EMULATED,
        Capability.ANTI_JOINS: Support.EMULATED,
    },
    overrides={
        "scan.date": _time,
        "scan.timestamp": _time,
        "scan.time": _stored_time,
        "scan.number": _number,
        "scan.boolean": _boolean,
        "scan.whole": _whole,
        "scan.scaled": _scaled,
        "guard.stored": misfit,
        "fill.next": _next_cell,
        "rank.text": _by_code_point,
        "instant.utc": Refused("it knows no time zones"),
    },
    identifier_bytes=255,
)
