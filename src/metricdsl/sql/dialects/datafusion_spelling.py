"""How DataFusion reads what sqlglot writes for PostgreSQL, and where it has to be written otherwise."""

from typing import TYPE_CHECKING

from metricdsl.sql.dialects.written_numbers import digits_of

if TYPE_CHECKING:
    from sqlglot import exp

_AGGREGATES = frozenset({"SUM", "MIN", "MAX", "COUNT", "BOOL_OR", "ARRAY_AGG"})


def spelled(node: "exp.Expression") -> "exp.Expression | None":
    """What stands for a node.

    TIMESTAMP                          →   TIMESTAMP(6): one of its own has nanoseconds
    x AT TIME ZONE 'Europe/Berlin'     →   CAST(TO_LOCAL_TIME(x AT TIME ZONE …) AS TIMESTAMP(6)): it is an instant still
    a IS NOT DISTINCT FROM b AND c     →   (a IS NOT DISTINCT FROM b) AND c: else it is taken for one of `b AND c`
    CAST(0.1 AS DOUBLE PRECISION)      →   CAST('0.1' AS DOUBLE PRECISION): a decimal becomes a double by a division
    MAX(CAST(x AS DATE))               →   MAX(ARROW_CAST(x, 'Date32')): the first is called `max(x)`, as MAX(x) beside it is
    """
    from sqlglot import exp

    match node:
        case exp.DataType(this=exp.DType.TIMESTAMP) if not node.expressions:
            return _micros()
        case exp.AtTimeZone():
            read = exp.Anonymous(this="TO_LOCAL_TIME", expressions=[node.copy()])
            return exp.Cast(this=read, to=_micros())
        case exp.NullSafeEQ() | exp.NullSafeNEQ() if isinstance(node.parent, exp.Connector):
            return exp.Paren(this=node.copy())
        case exp.Cast(to=exp.DataType(this=exp.DType.DOUBLE), this=number) if (
            digits := digits_of(number)
        ) is not None:
            return exp.Cast(this=exp.Literal.string(digits), to=node.to.copy())
        case exp.Select() if node.args.get("group") is not None or _aggregates(node):
            return _told_apart(node.copy())
        case _:
            return None


def _micros() -> "exp.DataType":
    from sqlglot import exp

    digits = exp.DataTypeParam(this=exp.Literal.number("6"))
    return exp.DataType(this=exp.DType.TIMESTAMP, expressions=[digits], nested=False)


def _aggregates(select: "exp.Select") -> bool:
    from sqlglot import exp

    return any(
        isinstance(node, exp.AggFunc)
        or (isinstance(node, exp.Anonymous) and str(node.this).upper() in _AGGREGATES)
        for node in select.find_all(exp.AggFunc, exp.Anonymous)
    )


def _told_apart(select: "exp.Select") -> "exp.Select":
    """The select with its casts as calls that have a name of their own; those of constants are told apart anyway."""
    from sqlglot import exp

    for cast in reversed(list(select.find_all(exp.Cast))):  # the innermost first
        kind = _arrow(cast.to)
        if kind is not None and not isinstance(cast.this, exp.Literal):
            named = exp.Literal.string(kind)
            cast.replace(exp.Anonymous(this="ARROW_CAST", expressions=[cast.this.copy(), named]))
    return select


def _arrow(type: "exp.DataType") -> str | None:
    """Arrow's name for a type of ours."""
    from sqlglot import exp

    match type.this:
        case exp.DType.BIGINT:
            return "Int64"
        case exp.DType.INT:
            return "Int32"
        case exp.DType.DOUBLE:
            return "Float64"
        case exp.DType.DECIMAL:
            precision, scale = (size.name for size in type.expressions)
            return f"Decimal128({precision}, {scale})"
        case exp.DType.BOOLEAN:
            return "Boolean"
        case exp.DType.DATE:
            return "Date32"
        case exp.DType.TIMESTAMP:
            return "Timestamp(Microsecond, None)"
        case exp.DType.TEXT:
            return "Utf8"
        case _:
            return None
