"""Values brought to another kind or number of decimals, so that an engine can put them side by side."""

from datetime import date, datetime
from decimal import Decimal

from attrs import evolve

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import FLOAT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.lowering import Emit, Operand


def scaled(emit: Emit) -> bool:
    """Whether decimals are whole numbers of their last digit in this dialect's SQL."""
    return emit.dialect == "sqlite"


def wraps(emit: Emit) -> bool:
    """Whether whole numbers that outgrow their 64 bits become other numbers without a word: they are decimals while they are
    calculated with."""
    return emit.dialect in {"datafusion", "clickhouse"}


def wraps_decimals(emit: Emit) -> bool:
    """Whether products and sums of decimals that outgrow their 38 digits become other numbers without a word: they are
    calculated with 76, and brought back to 38 by a cast that refuses what does not fit."""
    return emit.dialect == "clickhouse"


def of_spark(emit: Emit) -> bool:
    """Whether it is Spark or what is made of it."""
    return emit.dialect in {"spark", "databricks"}


def counts_time(emit: Emit) -> bool:
    """Whether times are cut and moved by their number of microseconds: a cut by name does not reach all days there are."""
    return emit.dialect in {"datafusion", "clickhouse"} or by_intervals(emit) or of_spark(emit)


def by_intervals(emit: Emit) -> bool:
    """Whether a time is moved by intervals alone: of a date and a number it makes the number that the date's digits are
    (MariaDB, MySQL)."""
    return emit.dialect in {"mariadb", "mysql"}


def aligned(emit: Emit, operand: Operand, target: ValueType) -> Sql:
    """The operand as a value of the target's kind and scale."""
    kind = operand.type.kind
    if operand.is_constant and operand.constant is not None and kind is not target.kind:
        found = _constant(emit, operand.constant, target)
        if found is not None:
            return found
    match kind, target.kind:
        case Kind.DATE, Kind.TIMESTAMP:
            return emit.call("as_timestamp", operand).sql
        case Kind.INTEGER, Kind.DECIMAL if scaled(emit):
            return _shifted(emit, operand, target.scale)
        case Kind.DECIMAL, Kind.DECIMAL if scaled(emit):
            if operand.is_constant and isinstance(operand.constant, Decimal):
                return emit.constant(operand.constant, evolve(operand.type, scale=target.scale)).sql
            return _shifted(emit, operand, target.scale - operand.type.scale)
        case Kind.DECIMAL, Kind.DECIMAL if wraps_decimals(emit) and operand.type.scale != target.scale:
            return emit.cast(operand.sql, target)  # it chooses among decimals of one scale alone
        case Kind.DECIMAL, Kind.FLOAT:
            return as_double(emit, operand)
        case (Kind.INTEGER, Kind.FLOAT) | (Kind.INTEGER, Kind.DECIMAL) if wraps(emit):
            # A sum of whole numbers is a decimal, and of a decimal and a double it makes a decimal of a few digits.
            return as_double(emit, operand) if target.kind is Kind.FLOAT else emit.cast(operand.sql, target)
        case _:
            return operand.sql


def _constant(emit: Emit, value: object, target: ValueType) -> "Sql | None":
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal | float) and target.kind is Kind.FLOAT:
        return emit.constant(float(value), FLOAT).sql
    if isinstance(value, int) and target.kind is Kind.DECIMAL:
        return emit.constant(Decimal(value), target).sql
    if isinstance(value, date) and not isinstance(value, datetime) and target.kind is Kind.TIMESTAMP:
        return emit.constant(datetime(value.year, value.month, value.day), TIMESTAMP).sql  # noqa: DTZ001
    return None


def _shifted(emit: Emit, operand: Operand, digits: int) -> Sql:
    return operand.sql if digits == 0 else nodes.op(emit, "*", operand.sql, nodes.whole(emit, 10**digits))


def as_double(emit: Emit, operand: Operand) -> Sql:
    """A number as a double."""
    kind = operand.type.kind
    if kind is Kind.FLOAT:
        return operand.sql
    if operand.is_constant and isinstance(operand.constant, int | Decimal) and kind is not Kind.DURATION:
        return emit.constant(float(operand.constant), FLOAT).sql
    real = nodes.double(emit, operand.sql)
    if kind is Kind.DECIMAL and operand.type.scale and scaled(emit):
        return nodes.op(emit, "/", real, nodes.whole(emit, 10**operand.type.scale))
    return real


def rounded_micros(emit: Emit, sql: Sql) -> Sql:
    """A double of microseconds as a whole number of them, halves away from zero."""
    return nodes.exact_integer(emit, half_away(emit, sql))


def half_away(emit: Emit, sql: Sql) -> Sql:
    """A double rounded to a whole one, halves away from zero."""
    if emit.dialect == "clickhouse":
        # Its ROUND takes halves to the even number; a case, since under a null there may be an infinity that no cast takes.
        zero, half = nodes.whole(emit, 0), nodes.real(emit, 0.5)
        up = emit.function("FLOOR", nodes.op(emit, "+", sql, half))
        down = emit.function("CEIL", nodes.op(emit, "-", sql.copy(), half.copy()))
        return nodes.case(
            (nodes.op(emit, ">=", sql.copy(), zero), up), (nodes.op(emit, "<", sql.copy(), zero.copy()), down)
        )
    if emit.dialect != "postgres" and not by_intervals(emit):
        return emit.function("ROUND", sql)
    # ROUND of a double takes halves to the even number there.
    up = emit.function("FLOOR", nodes.op(emit, "+", emit.function("ABS", sql), nodes.real(emit, 0.5)))
    return nodes.op(emit, "*", emit.function("SIGN", sql.copy()), up)


def operand(sql: Sql, type: ValueType) -> Operand:
    """An operand that is not a constant."""
    return Operand(sql=sql, type=type)
