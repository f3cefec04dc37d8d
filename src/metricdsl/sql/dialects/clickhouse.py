"""ClickHouse: dates and decimals of its own; places in an order and moments are emulated; its conversions are its own functions,
since a cast to a nullable type makes null of what it cannot read."""

from typing import TYPE_CHECKING

from metricdsl.model.types import INTEGER, TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Emulated, Operand
from metricdsl.sql.dialects import texts
from metricdsl.sql.dialects.clickhouse_spelling import spelled
from metricdsl.sql.dialects.shaped import Way, scans, unreadable

if TYPE_CHECKING:
    from sqlglot import exp


def _converted(emit: Emit, sql: "exp.Expression", result: ValueType) -> "exp.Expression":
    """toInt64(x) and its like: of a text that does not convert an error, of null null.

    They look at what lies under a null too, so they are given a text there that they can read.
    """
    from metricdsl.sql import trees

    kind = result.kind
    some = {Kind.DATE: "1970-01-01", Kind.TIMESTAMP: "1970-01-01 00:00:00"}.get(kind, "0")
    given = emit.function("COALESCE", sql.copy(), texts.literal(some))
    there = trees.negated(trees.is_null(sql))
    return trees.case([(there, _read(emit, given, result))])


def _read(emit: Emit, sql: "exp.Expression", result: ValueType) -> "exp.Expression":
    match result.kind:
        case Kind.DATE:  # by way of a moment: alone it counts on from 31 February
            return emit.function("toDate32", _moment(emit, sql))
        case Kind.TIMESTAMP:
            return _moment(emit, sql)
        case Kind.DECIMAL:
            return emit.function("toDecimal128", sql, emit.constant(result.scale, INTEGER).sql)
        case Kind.FLOAT:
            return emit.function("toFloat64", sql)
        case Kind.BOOLEAN:
            return emit.function("toBool", sql)
        case _:
            return emit.function("toInt64", sql)


def _moment(emit: Emit, sql: "exp.Expression") -> "exp.Expression":
    return emit.function("toDateTime64", sql, emit.constant(6, INTEGER).sql, texts.literal("UTC"))


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole: one with decimals is converted from a text that is refused."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("FLOOR", number.again()))
    wrong = unreadable(emit, emit.cast(number.again(), TEXT))
    digits = trees.case([(whole, emit.cast(emit.cast(number.again(), INTEGER), TEXT))], wrong)
    return _converted(emit, digits, result)


def _utc(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The instant at which a clock in UTC shows a moment: moments are kept so that it is the same value."""
    del emit, result
    return operands[0].sql


CLICKHOUSE = DialectDef(
    name="clickhouse",
    sqlglot="clickhouse",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.EMULATED,
        Capability.MOMENTS: Support.EMULATED,
        Capability.DECIMALS: Support.NATIVE,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.NATIVE,
        Capability.BOOLEANS: Support.EMULATED,
        Capability.ANTI_JOINS: Support.NATIVE,
    },
    overrides={**scans(Way(_converted)), "scan.whole": Emulated(_whole), "instant.utc": _utc},
    identifier_bytes=255,
    spelling=spelled,
)
