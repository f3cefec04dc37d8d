"""DataFusion: writes as PostgreSQL does, and its lists know functions of an item. Its moments have microseconds, since those with nanoseconds end in 2262."""

from typing import TYPE_CHECKING

from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Emulated, Operand
from metricdsl.sql.dialects.datafusion_spelling import spelled
from metricdsl.sql.dialects.shaped import Way, scans, unreadable

if TYPE_CHECKING:
    from sqlglot import exp


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole: one with decimals is cast by a text, which is refused."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("TRUNC", number.again()))
    if number.type.kind is Kind.DECIMAL:  # TRUNC makes a double of it
        whole = trees.binary(exp.EQ, number.again(), emit.function("FLOOR", number.again()))
    wrong = unreadable(emit, emit.cast(number.again(), TEXT))
    return trees.case([(whole, emit.cast(number.again(), result))], emit.cast(wrong, result))


def _cast(emit: Emit, sql: "exp.Expression", result: ValueType) -> "exp.Expression":
    return emit.cast(sql, result)


def _any_truth(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The greatest of truths."""
    del result
    return emit.function("BOOL_OR", operands[0].sql)


def _utc(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The instant at which a clock in UTC shows a moment."""
    from sqlglot import exp

    del emit, result
    return exp.Cast(this=operands[0].sql, to=exp.DataType(this=exp.DType.TIMESTAMPTZ, nested=False))


DATAFUSION = DialectDef(
    name="datafusion",
    sqlglot="postgres",
    capabilities={
        Capability.ORDERED_AGGREGATES: Support.EMULATED,
        Capability.MOMENTS: Support.EMULATED,
        Capability.DECIMALS: Support.NATIVE,
        Capability.NULL_SAFE_EQUAL: Support.NATIVE,
        Capability.DATES: Support.NATIVE,
        Capability.BOOLEANS: Support.NATIVE,
        Capability.ANTI_JOINS: Support.NATIVE,
    },
    overrides={
        **scans(Way(_cast)),
        "scan.whole": Emulated(_whole),
        "instant.utc": _utc,
        "any.truth": _any_truth,
    },
    identifier_bytes=255,
    spelling=spelled,
)
