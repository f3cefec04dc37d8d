"""From what a table stores to what an entity declares: each stored column in the kind that the model says.

    closed_at : date "DD-MM-YY"   a text column     →   CAST(STRPTIME(closed_at, '%d-%m-%y') AS DATE)
    amount    : money(EUR, 2)     a double          →   CAST(amount AS DECIMAL(38, 2))
    amount    : money(EUR, 2)     on SQLite         →   CAST(ROUND(amount * 100) AS INTEGER)
    closed_at : timestamp         with a time zone  →   closed_at AT TIME ZONE 'Europe/Berlin'

A value that does not convert is an error of the engine, which the adapter explains; a column that serves is left alone.
"""

from attrs import evolve
from sqlglot import exp

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.dialects import NotOnThisEngine
from metricdsl.diagnostics.problems.stored import TypeDiffers
from metricdsl.model.formats import in_utc
from metricdsl.model.types import BOOLEAN, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.source import Span
from metricdsl.spi.defs import Capability
from metricdsl.spi.lowering import Operand
from metricdsl.spi.values import TableColumn
from metricdsl.sql import trees
from metricdsl.sql.dialects.texts import field_or_null
from metricdsl.sql.emitter import Emitter
from metricdsl.value import frozen

_PARSED = {
    Kind.DATE: "scan.date",
    Kind.TIMESTAMP: "scan.timestamp",
    Kind.DECIMAL: "scan.number",
    Kind.FLOAT: "scan.number",
    Kind.INTEGER: "scan.number",
    Kind.BOOLEAN: "scan.boolean",
    Kind.DURATION: "scan.number",
}
_NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.DURATION}
_TIMES = {Kind.DATE, Kind.TIMESTAMP}


@frozen(kw_only=True)
class Declared:
    """What an entity says of a stored column; `table` and `name` are for messages."""

    table: str
    name: str
    type: ValueType
    format: str | None = None
    or_null: bool = False
    span: Span | None = None


def is_plain_text(native: str) -> bool:
    """Whether an engine's type is a text like any other; identifiers, enumerations, padded texts compare in their own ways."""
    name = native.partition("(")[0].strip().upper()
    return not name.startswith("ENUM") and name not in {
        "UUID",
        "BPCHAR",
        "CHARACTER",
        "CHAR",
        "NAME",
        "CITEXT",
    }


def parses(declared: Declared, stored: TableColumn | None) -> bool:
    """Whether the column is text that has to be read as something else."""
    return stored is not None and stored.type.kind is Kind.TEXT and declared.type.kind in _PARSED


def convert(
    sql: exp.Expression, declared: Declared, stored: TableColumn | None, emit: Emitter
) -> exp.Expression:
    """The stored column as what is declared. Without a catalog it is taken to be stored as declared."""
    target = declared.type
    if target.kind is Kind.UNKNOWN or target.kind is Kind.NULL:
        return sql
    source = target if stored is None else stored.type
    if stored is not None and stored.zoned:
        local = emit.clock(sql)
        return emit.cast(local, target) if target.kind is Kind.DATE else local
    if source.kind is Kind.UNKNOWN:
        source = target
    if source.kind is Kind.TEXT and target.kind in _PARSED:
        read = _parsed(sql, declared, emit)
        return _of_utc(read, declared, emit) if in_utc(declared.format or "") else read
    operand = Operand(sql=sql, type=source)
    match source.kind, target.kind:
        case (from_, to) if from_ in _NUMBERS and to in _NUMBERS:
            return _number(operand, target, emit)
        case (from_, to) if from_ in _TIMES and to in _TIMES:
            made = emit.operator("scan.time", operand, result=target)
            if made is not None:
                return made
            return sql if from_ is to else emit.cast(sql, target)
        case Kind.INTEGER, Kind.BOOLEAN:
            return exp.NEQ(this=sql, expression=exp.Literal.number("0"))
        case (from_, Kind.TEXT):
            exact = emit.operator("scan.text", operand, result=target)
            if exact is not None:
                return exact
            same = from_ is Kind.TEXT and (stored is None or is_plain_text(stored.native))
            return sql if same else emit.cast(sql, target)
        case (from_, to) if from_ is to:
            return sql
        case _:
            emit.problems.append(_differs(declared, source))
            return sql


def unread(sql: exp.Expression, declared: Declared, stored: TableColumn, emit: Emitter) -> exp.Expression:
    """Whether a text does not convert to what is declared; an empty one is null."""
    value = convert(sql.copy(), evolve(declared, or_null=True), stored, emit)
    there = trees.negated(trees.is_null(field_or_null(sql.copy())))
    return trees.binary(exp.And, there, trees.is_null(value))


def converted(made: Operand, declared: Declared, emit: Emitter) -> exp.Expression:
    """An expression that supplies a column, as what the column is declared."""
    source, target = made.type, declared.type
    if source.kind is Kind.UNKNOWN or target.kind in {Kind.NULL, Kind.UNKNOWN}:
        return made.sql
    if (
        source.kind is Kind.NULL
    ):  # an engine looks for functions and comparisons by the types of what they get
        return emit.cast(made.sql, target)
    if emit.native(Capability.DECIMALS) or source.kind not in _NUMBERS or target.kind not in _NUMBERS:
        stored = TableColumn(name=declared.name, type=source, native="")
        return convert(made.sql, declared, stored, emit)
    digits = (target.scale if target.kind is Kind.DECIMAL else 0) - (
        source.scale if source.kind is Kind.DECIMAL else 0
    )
    if source.kind is Kind.FLOAT:
        return _number(made, target, emit)
    if target.kind is Kind.FLOAT:
        real = emit.cast(made.sql, target)
        return real if digits == 0 else trees.binary(exp.Div, real, trees.number(10**-digits))
    if digits >= 0:
        return made.sql if digits == 0 else trees.binary(exp.Mul, made.sql, trees.number(10**digits))
    parts = trees.binary(exp.Div, emit.cast(made.sql, FLOAT), trees.number(10**-digits))
    return emit.cast(emit.function("ROUND", parts), INTEGER)


def _number(operand: Operand, target: ValueType, emit: Emitter) -> exp.Expression:
    source = operand.type
    if target.kind is Kind.DECIMAL and not emit.native(Capability.DECIMALS):
        made = emit.operator("scan.scaled", operand, result=target)
        assert made is not None, "a dialect without decimals says how they are scaled"
        return made
    match source.kind, target.kind:
        case Kind.DECIMAL, Kind.DECIMAL if source.scale <= target.scale:
            return operand.sql
        case (Kind.FLOAT, Kind.DECIMAL) | (Kind.DECIMAL, Kind.DECIMAL):
            return emit.cast(operand.sql, target)
        case (Kind.FLOAT, Kind.INTEGER) | (Kind.DECIMAL, Kind.INTEGER) if (
            source.scale or source.kind is Kind.FLOAT
        ):
            made = emit.operator("scan.whole", operand, result=target)
            return emit.cast(operand.sql, target) if made is None else made
        case Kind.DECIMAL, Kind.FLOAT:
            return emit.cast(operand.sql, target)
        case _:
            return operand.sql


def _parsed(sql: exp.Expression, declared: Declared, emit: Emitter) -> exp.Expression:
    exact = emit.operator("scan.text", Operand(sql=sql, type=TEXT), result=TEXT)
    made = emit.operator(
        _PARSED[declared.type.kind],
        Operand(sql=sql if exact is None else exact, type=TEXT),
        emit.constant(declared.format, TEXT),
        emit.constant(declared.or_null, BOOLEAN),
        result=declared.type,
    )
    assert made is not None, "each dialect says how texts are read"
    return made


def _of_utc(made: exp.Expression, declared: Declared, emit: Emitter) -> exp.Expression:
    """The reading of the local clock of a moment that is written in UTC, `2026-03-29T00:30:00Z`; its instant is kept behind it."""
    if emit.timezone == "UTC" or declared.type.kind not in _TIMES:
        return made
    if not emit.native(Capability.DATES):
        why = f"it knows no time zones, and `{declared.format}` of {declared.table}.{declared.name} is in UTC"
        function = f"a clock of {emit.timezone}"
        emit.problems.append(
            NotOnThisEngine(span=declared.span, function=function, engine=emit.dialect, why=why)
        )
        return made
    moment = emit.cast(made, TIMESTAMP) if declared.type.kind is Kind.DATE else made
    behind = emit.operator("instant.utc", Operand(sql=moment, type=TIMESTAMP), result=TIMESTAMP)
    if behind is None:
        behind = exp.AtTimeZone(this=trees.operand(moment), zone=exp.Literal.string("UTC"))
    local = emit.clock(behind)
    return emit.cast(local, declared.type) if declared.type.kind is Kind.DATE else local


def _differs(declared: Declared, found: ValueType) -> Problem:
    return TypeDiffers(
        span=declared.span,
        table=declared.table,
        column=declared.name,
        declared=declared.type.kind.value,
        found=found.kind.value,
    )
