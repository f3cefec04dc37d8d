"""SQLite keeps any value in any column: what tells that a stored value is not of the type that is declared for it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from metricdsl.model.types import FLOAT, INTEGER, Kind, ValueType
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_CLOCK = "[ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
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
        wrong.append(trees.negated(_moment(emit, stored, clock=source is Kind.TIMESTAMP)))
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


def _moment(emit: Emit, stored: Operand, *, clock: bool) -> "exp.Expression":
    """Whether a text is a day, or a moment, that there is, in a form in which times can be compared."""
    from sqlglot import exp

    from metricdsl.sql import trees

    def glob(pattern: str) -> "exp.Expression":
        return exp.Glob(this=stored.again(), expression=texts.literal(pattern))

    if not clock:
        return trees.binary(exp.And, glob(_DAY), exists(emit, stored.again()))
    short = trees.binary(exp.LTE, emit.function("LENGTH", stored.again()), emit.constant(26, INTEGER).sql)
    some = trees.all_of([glob(_DAY + _CLOCK + ".[0-9]*"), trees.negated(glob("*.*[^0-9]*")), short])
    assert some is not None
    form = trees.any_of([glob(_DAY + _CLOCK), some])
    assert form is not None
    second = texts.substring(emit, stored.again(), 1, 19)
    plain = emit.function("REPLACE", second, texts.literal("T"), texts.literal(" "))
    return trees.binary(exp.And, form, exists(emit, plain, clock=True))


def exists(emit: Emit, sql: "exp.Expression", *, clock: bool = False) -> "exp.Expression":
    """Whether an ISO text is a moment that there is: SQLite counts on from 31 February, so the text changes; of month 13 or
    hour 25 it makes null, which IS no text."""
    from sqlglot import exp

    from metricdsl.sql import trees

    if clock:
        return exp.NullSafeEQ(
            this=emit.function("DATETIME", sql, texts.literal("+0 seconds")),
            expression=trees.operand(sql.copy()),
        )
    day = texts.substring(emit, sql, 1, 10)
    return exp.NullSafeEQ(this=emit.function("DATE", day, texts.literal("+0 days")), expression=day.copy())
