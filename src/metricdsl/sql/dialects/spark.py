"""Apache Spark 4, and Databricks as far as it is alike: dates and decimals of their own, and rows made of a sequence.

Its session is pinned by whoever connects (`plugins/metricdsl-spark`): with ANSI on a conversion that fails and a number that
outgrows its type are errors; with decimals not cut to six digits a product has as many as it needs.
"""

from typing import TYPE_CHECKING

from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Emulated, Operand
from metricdsl.sql.dialects.shaped import Way, scans, unreadable
from metricdsl.sql.dialects.spark_spelling import spelled

if TYPE_CHECKING:
    from sqlglot import exp

_MICROS_PER_DAY = 86_400_000_000


def _cast(emit: Emit, sql: "exp.Expression", result: ValueType) -> "exp.Expression":
    return emit.cast(sql, result)


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole: one with decimals is cast by a text, which is refused."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("FLOOR", number.again()))
    wrong = unreadable(emit, emit.cast(number.again(), TEXT))
    return trees.case([(whole, emit.cast(number.again(), result))], emit.cast(wrong, result))


def _utc(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The instant at which a clock in UTC shows a moment: the session's clock is that one."""
    from sqlglot import exp

    del emit, result
    return exp.Cast(this=operands[0].sql, to=exp.DataType(this=exp.DType.TIMESTAMPLTZ, nested=False))


def _cells(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """EXPLODE(CASE WHEN first < end THEN SEQUENCE(first, just before the end, INTERVAL '1' MONTH) END): of a first that is not
    before the end a sequence would be an error."""
    from sqlglot import exp

    from metricdsl.sql import trees

    first, end, away = operands
    dated = result.kind is Kind.DATE
    short = trees.interval("1", "DAY" if dated else "MICROSECOND")
    amount = int(away.constant)
    if away.type.grain is not None:
        step = trees.interval(str(amount), "MONTH")
    elif dated:
        step = trees.interval(str(amount // _MICROS_PER_DAY), "DAY")
    else:
        step = trees.interval(str(amount), "MICROSECOND")
    last = emit.binary(exp.Sub, end.again(), short)
    made = emit.function("SEQUENCE", first.again(), emit.cast(last, result), step)
    return emit.function("EXPLODE", trees.case([(trees.binary(exp.LT, first.sql, end.sql), made)]))


def _dialect(name: str) -> DialectDef:
    return DialectDef(
        name=name,
        sqlglot=name,
        capabilities={
            Capability.ORDERED_AGGREGATES: Support.EMULATED,
            Capability.MOMENTS: Support.NATIVE,
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
            "cells.between": _cells,
            "cells.at_once": _cells,
        },
        identifier_bytes=255,
        spelling=spelled,
    )


SPARK = _dialect("spark")
DATABRICKS = _dialect("databricks")
