"""How ClickHouse names types and functions that sqlglot would write as those of bytes, seconds or two bytes of days."""

from typing import TYPE_CHECKING

from metricdsl.sql.dialects.outside import ordered_outside

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS = {
    "LENGTH": "lengthUTF8",
    "SUBSTR": "substringUTF8",
    "LOWER": "lowerUTF8",
    "UPPER": "upperUTF8",
    "TRANSLATE": "translateUTF8",
    "REPLACE": "replaceAll",
    "TRIM": "trimBoth",
    "STARTS_WITH": "startsWith",
    "ENDS_WITH": "endsWith",
}
_PARTS = {
    "YEAR": "toYear",
    "QUARTER": "toQuarter",
    "MONTH": "toMonth",
    "WEEK": "toISOWeek",
    "DAY": "toDayOfMonth",
    "DOY": "toDayOfYear",
    "ISODOW": "toDayOfWeek",
    "HOUR": "toHour",
}


def spelled(node: "exp.Expression") -> "exp.Expression | None":
    """What stands for a node.

    DATE, TIMESTAMP                →   Date32, DateTime64(6, 'UTC'): its DATE begins in 1970, its DateTime has no parts of a second
    LENGTH(x), SUBSTR(x, 1, 2)     →   lengthUTF8(x), substringUTF8(x, 1, 2): those without count bytes
    EXTRACT(ISODOW FROM d)         →   toDayOfWeek(d)
    SELECT a.x FROM a JOIN b       →   SELECT a.x AS x: where b has an x too the column would be called `a.x`
    SELECT … FROM a ORDER BY x     →   SELECT * FROM (SELECT … FROM a) AS unordered ORDER BY x: inside x would be a column of a
    NULLIF(x, 0)                   →   CASE WHEN NOT (x = 0) THEN x END: of decimals that takes numbers of one scale alone
    a DIV b                        →   intDiv(a, b)
    SPLIT_PART(x, '.', 1)          →   substringIndex(x, '.', 1)
    x AT TIME ZONE 'Europe/Berlin' →   addSeconds(x, timeZoneOffset(toTimeZone(x, 'Europe/Berlin')))
    COUNT(x), ROW_NUMBER() OVER () →   CAST(COUNT(x) AS Int64): without a sign it has no type in common with what has one
    0.1                            →   CAST('0.1' AS Decimal(38, 1)), and CAST(0.1 AS DOUBLE) is CAST('0.1' AS Float64): alone it is a float
    """
    from sqlglot import exp

    match node:
        case exp.DataType(this=exp.DType.DATE):
            return exp.DataType(this=exp.DType.DATE32, nested=False)
        case exp.DataType(this=exp.DType.TIMESTAMP):
            return _moment()
        case exp.Extract():
            return exp.Anonymous(this=_PARTS[node.name.upper()], expressions=[node.expression.copy()])
        case exp.AtTimeZone():
            zoned = exp.Anonymous(this="toTimeZone", expressions=[node.this.copy(), node.args["zone"].copy()])
            away = exp.Anonymous(this="timeZoneOffset", expressions=[zoned])
            return exp.Anonymous(this="addSeconds", expressions=[node.this.copy(), away])
        case exp.Anonymous(this="SPLIT_PART"):
            return exp.Anonymous(this="substringIndex", expressions=[e.copy() for e in node.expressions])
        case exp.Anonymous() if str(node.this) in _FUNCTIONS:
            named = _FUNCTIONS[str(node.this)]
            return exp.Anonymous(this=named, expressions=[e.copy() for e in node.expressions])
        case exp.Select():
            return _named(node.copy())
        case exp.Nullif():
            return _unless(node.this, node.expression)
        case exp.Anonymous(this="NULLIF"):
            return _unless(*node.expressions)
        case exp.IntDiv():
            return exp.Anonymous(this="intDiv", expressions=[node.this.copy(), node.expression.copy()])
        case exp.Literal(is_string=False):
            return _number(node)
        case exp.Window() if _counts(node.this):
            return _signed(node.copy())
        case exp.Expression() if _counts(node) and not isinstance(node.parent, exp.Window):
            return _signed(node.copy())
        case _:
            return None


def _counts(node: "exp.Expression") -> bool:
    from sqlglot import exp

    named = isinstance(node, exp.Anonymous) and str(node.this).upper() in {"COUNT", "ROW_NUMBER"}
    return named or isinstance(node, exp.Count | exp.RowNumber)


def _signed(sql: "exp.Expression") -> "exp.Expression":
    from sqlglot import exp

    return exp.Cast(this=sql, to=exp.DataType(this=exp.DType.BIGINT, nested=False))


def _named(select: "exp.Select") -> "exp.Select":
    from sqlglot import exp

    for column in list(select.expressions):
        if isinstance(column, exp.Column) and column.table and not isinstance(column.this, exp.Star):
            column.replace(exp.Alias(this=column.copy(), alias=column.this.copy()))
    return ordered_outside(select)


def _unless(sql: "exp.Expression", other: "exp.Expression") -> "exp.Expression":
    from sqlglot import exp

    from metricdsl.sql import trees

    same = trees.binary(exp.EQ, sql.copy(), other.copy())
    return trees.case([(trees.negated(same), sql.copy())])


def _moment() -> "exp.DataType":
    from sqlglot import exp

    sizes = [
        exp.DataTypeParam(this=exp.Literal.number("6")),
        exp.DataTypeParam(this=exp.Literal.string("UTC")),
    ]
    return exp.DataType(this=exp.DType.DATETIME64, expressions=sizes, nested=False)


def _number(literal: "exp.Literal") -> "exp.Expression | None":
    """A written number with a point, or beyond 64 bits: exact where it is a decimal, by its text where it is to be a float."""
    from sqlglot import exp

    text = str(literal.this)
    behind = text.partition(".")[2]
    if isinstance(literal.parent, exp.DataTypeParam) or ("." not in text and int(text) < 2**31):
        return None
    if "." not in text and int(text) < 2**63:
        return _signed(literal.copy())
    around = literal.find_ancestor(exp.Cast, exp.Func, exp.Binary)
    if isinstance(around, exp.Cast) and around.to.this is exp.DType.DOUBLE:
        return exp.Literal.string(text) if literal.parent is around else None
    sizes = [exp.DataTypeParam(this=exp.Literal.number(str(n))) for n in (38, len(behind))]
    kind = exp.DataType(this=exp.DType.DECIMAL, expressions=sizes, nested=False)
    return exp.Cast(this=exp.Literal.string(text), to=kind)
