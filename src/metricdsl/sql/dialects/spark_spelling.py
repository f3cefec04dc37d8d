"""How Spark and Databricks name what sqlglot would write in a form that they read otherwise, or not at all."""

from typing import TYPE_CHECKING

from metricdsl.sql.dialects.spark_selects import read_by_spark
from metricdsl.sql.dialects.written_numbers import digits_of

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS = {"STARTS_WITH": "STARTSWITH", "ENDS_WITH": "ENDSWITH", "ROW": "STRUCT"}
_PARTS = {"ISODOW": "DAYOFWEEK_ISO"}


def spelled(node: "exp.Expression") -> "exp.Expression | None":
    """What stands for a node.

    TIMESTAMP                        →   TIMESTAMP_NTZ: one of its own is an instant
    STARTS_WITH(x, y)                →   STARTSWITH(x, y)
    EXTRACT(ISODOW FROM d)           →   EXTRACT(DAYOFWEEK_ISO FROM d)
    x AT TIME ZONE 'Europe/Berlin'   →   CONVERT_TIMEZONE('UTC', 'Europe/Berlin', CAST(x AS TIMESTAMP_NTZ))
    ROW_NUMBER() OVER (PARTITION BY x) →   ROW_NUMBER() OVER (PARTITION BY x ORDER BY NULL)
    x ~ '^[a&]$'                     →   x RLIKE '^[a\\&]\\z': before a line's end at the end there is a `$` too, and `&&` is a sign there
    CAST(0.1 AS DOUBLE)              →   CAST('0.1' AS DOUBLE): a number of more than 38 digits is none
    """
    from sqlglot import exp

    match node:
        case exp.DataType(this=exp.DType.TIMESTAMP):
            return exp.DataType(this=exp.DType.TIMESTAMPNTZ, nested=False)
        case exp.Anonymous() if str(node.this) in _FUNCTIONS:
            named = _FUNCTIONS[str(node.this)]
            return exp.Anonymous(this=named, expressions=[e.copy() for e in node.expressions])
        case exp.Extract() if node.name.upper() in _PARTS:
            part = exp.var(_PARTS[node.name.upper()])
            return exp.Extract(this=part, expression=node.expression.copy())
        case exp.AtTimeZone():
            return _clock(node)
        case exp.Window() if node.args.get("order") is None and _numbers(node.this):
            made = node.copy()
            made.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Null(), nulls_first=True)]))
            return made
        case exp.Select():
            return read_by_spark(node)
        case exp.RegexpLike(expression=exp.Literal(is_string=True) as pattern):
            found = exp.Literal.string(in_java(str(pattern.this)))
            return exp.RegexpLike(this=node.this.copy(), expression=found)
        case exp.Cast(to=exp.DataType(this=exp.DType.DOUBLE), this=number) if (
            digits := digits_of(number)
        ) is not None:
            return exp.Cast(this=exp.Literal.string(digits), to=node.to.copy())
        case _:
            return None


def _numbers(node: "exp.Expression") -> bool:
    from sqlglot import exp

    named = isinstance(node, exp.Anonymous) and str(node.this).upper() == "ROW_NUMBER"
    return named or isinstance(node, exp.RowNumber)


def _clock(node: "exp.AtTimeZone") -> "exp.Expression":
    from sqlglot import exp

    moment = exp.Cast(this=node.this.copy(), to=exp.DataType(this=exp.DType.TIMESTAMPNTZ, nested=False))
    return exp.Anonymous(
        this="CONVERT_TIMEZONE", expressions=[exp.Literal.string("UTC"), node.args["zone"].copy(), moment]
    )


def in_java(pattern: str) -> str:
    r"""A pattern as Java reads it: `$` is the end of the text and not before a line's end there, and `&&` in a class two signs.

    >>> in_java(r"^[$a&&b]\$$")
    '^[$a\\&\\&b]\\$\\z'
    """
    made, inside, escaped = "", False, False
    for sign in pattern:
        if escaped:
            made, escaped = made + sign, False
            continue
        if inside and sign == "&":
            made += r"\&"
        elif not inside and sign == "$":
            made += r"\z"
        else:
            made += sign
        if sign == "[":
            inside = True
        elif sign == "]":
            inside = False
        escaped = sign == "\\"
    return made
