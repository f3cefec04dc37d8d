"""SQLite keeps any value in any column: what tells that a stored value is not of the type that is declared for it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from metricdsl.model.types import FLOAT, INTEGER, Kind, ValueType
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts
from metricdsl.sql.dialects.sqlite_moments import is_day, is_moment

if TYPE_CHECKING:
    from sqlglot import exp

_STORED = {
    Kind.INTEGER: ("integer",),
    Kind.DURATION: ("integer",),
    Kind.DECIMAL: ("integer", "real"),
    Kind.FLOAT: ("integer", "real"),
    Kind.BOOLEAN: ("integer",),
    Kind.DATE: ("text",),
    Kind.TIMESTAMP: ("text",),
    Kind.TEXT: ("text",),
}


def misfit(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """Whether a stored value is not what the declaration reads: of another storage class, or a time of another form."""
    from sqlglot import exp

    from metricdsl.sql import trees

    stored = operands[0]
    source = stored.type.kind if stored.type.kind in _STORED else result.kind
    kind = emit.function("TYPEOF", stored.again())
    others = exp.In(this=kind, expressions=[texts.literal(name) for name in (*_STORED[source], "null")])
    wrong = [trees.negated(others)]
    if result.kind is Kind.BOOLEAN or source is Kind.BOOLEAN:
        zero, one = (emit.constant(value, INTEGER).sql for value in (0, 1))
        wrong.append(trees.negated(exp.In(this=stored.again(), expressions=[zero, one])))
    elif source in {Kind.DATE, Kind.TIMESTAMP}:
        is_one = is_moment if source is Kind.TIMESTAMP else is_day
        wrong.append(trees.negated(is_one(emit, stored)))
    if source is Kind.DECIMAL and stored.type.kind is Kind.DECIMAL and result.kind is Kind.DECIMAL:
        wrong.append(_more_digits(emit, stored, result.scale))
    found = trees.any_of(wrong)
    assert found is not None
    return trees.binary(exp.And, trees.negated(trees.is_null(stored.again())), found)


def _more_digits(emit: Emit, stored: Operand, scale: int) -> "exp.Expression":
    """Whether a number has more digits behind the point than it is read with.

    ROUND gives the nearest number that the engine has, so one that is written with so many digits is the same, whatever its
    size. What calculating has left behind (0.1 + 0.2) is no digit.
    """
    from sqlglot import exp

    from metricdsl.sql import trees

    rounded = emit.function("ROUND", stored.again(), emit.constant(scale, INTEGER).sql)
    off = emit.function("ABS", trees.binary(exp.Sub, stored.again(), rounded))
    return trees.binary(exp.GT, off, emit.constant(Decimal(1).scaleb(-scale - 3), FLOAT).sql)
