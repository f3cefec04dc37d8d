"""How MariaDB and MySQL name what sqlglot would write in a form that they read otherwise, or not at all."""

from decimal import Decimal
from typing import TYPE_CHECKING

from metricdsl.sql.dialects.outside import all_outside

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS = {"LENGTH": "CHAR_LENGTH", "SPLIT_PART": "SUBSTRING_INDEX"}
_FIRST, _LAST = "1970-01-02 00:00:00", "2038-01-18 00:00:00"
"""Between these a server of any age knows the clocks of the zones; beyond them CONVERT_TZ gives back what it was given."""
LONGEST = 200
"""A name for IS_FREE_LOCK may not be so long, whatever it is: MariaDB takes 192 bytes, MySQL 64 characters."""


def refused(why: str, sql: "exp.Expression") -> "exp.Expression":
    """IS_FREE_LOCK of a text that is no name of a lock: an error that says it; null where the value is."""
    from sqlglot import exp

    blanks = exp.Anonymous(this="REPEAT", expressions=[exp.Literal.string(" "), exp.Literal.number(LONGEST)])
    said = exp.Anonymous(this="CONCAT", expressions=[exp.Literal.string(why), sql, blanks])
    return exp.Anonymous(this="IS_FREE_LOCK", expressions=[said])


def spelled(dialect: str, node: "exp.Expression") -> "exp.Expression | None":
    """What stands for a node.

    TIMESTAMP                      →   DATETIME(6): one of its own has no parts of a second
    a || b                         →   CONCAT(a, b): the other is an OR
    LENGTH(x)                      →   CHAR_LENGTH(x): the other counts bytes
    SPLIT_PART(x, '.', 1)          →   SUBSTRING_INDEX(x, '.', 1)
    x ~ '^a$'                      →   REGEXP_INSTR(x, '^a\\z') > 0: before a line's end at the end there is a `$` too
    EXTRACT(ISODOW FROM d)         →   WEEKDAY(d) + 1; DOY → DAYOFYEAR(d), WEEK → WEEK(d, 3)
    x AT TIME ZONE 'Europe/Berlin' →   CONVERT_TZ(x, '+00:00', 'Europe/Berlin'), an error where it would give back x
    d + (INTERVAL 1 DAY)           →   d + INTERVAL 1 DAY: it is no value that could stand alone
    ORDER BY x NULLS LAST          →   ORDER BY x IS NULL, x: nulls are less than all else
    SELECT … FROM a ORDER BY x     →   SELECT … FROM (SELECT … FROM a) AS unordered ORDER BY x: inside x may be a column of a too
    SELECT … GROUP BY x HAVING p   →   SELECT … FROM (SELECT …, p AS kept … GROUP BY x) AS grouped WHERE kept: inside p must be of
                                       columns that are shown
    SELECT ROW_NUMBER() OVER … = 1 →   SELECT window_1 = 1 FROM (SELECT ROW_NUMBER() OVER … AS window_1 …) AS windowed: in a CASE with
                                       other conditions it has another value
    CAST(0.1 AS DOUBLE)            →   1E-1: a number with 300 digits is a decimal of 65
    """
    from sqlglot import exp

    match node:
        case exp.DataType(this=exp.DType.TIMESTAMP) if not node.expressions:
            digits = exp.DataTypeParam(this=exp.Literal.number("6"))
            return exp.DataType(this=exp.DType.DATETIME, expressions=[digits], nested=False)
        case exp.Anonymous() if str(node.this) in _FUNCTIONS:
            named = _FUNCTIONS[str(node.this)]
            return exp.Anonymous(this=named, expressions=[e.copy() for e in node.expressions])
        case exp.DPipe():
            return exp.Anonymous(this="CONCAT", expressions=[node.this.copy(), node.expression.copy()])
        case exp.RegexpLike(expression=exp.Literal(is_string=True) as pattern):
            return _found(dialect, node.this, at_the_very_end(str(pattern.this)))
        case exp.Extract():
            return _part(node.name.upper(), node.expression)
        case exp.Paren(this=exp.Interval() as away):
            return away.copy()
        case exp.Order():
            return exp.Order(expressions=[key for one in node.expressions for key in _keys(one)])
        case exp.Select():
            return all_outside(node.copy())
        case exp.AtTimeZone():
            return _clock(node)
        case exp.Cast(to=exp.DataType(this=exp.DType.DOUBLE), this=number) if (
            literal := _double(number)
        ) is not None:
            return literal
        case _:
            return None


def _found(dialect: str, sql: "exp.Expression", pattern: str) -> "exp.Expression":
    from sqlglot import exp

    if dialect == "mysql":
        return exp.Anonymous(this="REGEXP_LIKE", expressions=[sql.copy(), exp.Literal.string(pattern)])
    place = exp.Anonymous(this="REGEXP_INSTR", expressions=[sql.copy(), exp.Literal.string(pattern)])
    return exp.Paren(this=exp.GT(this=place, expression=exp.Literal.number("0")))


def at_the_very_end(pattern: str) -> str:
    """A pattern in which `$` is the end of the text, and not before a line's end there.

    >>> at_the_very_end(r"^[$a]\\$$")
    '^[$a]\\\\$\\\\z'
    """
    made, inside, escaped = "", False, False
    for sign in pattern:
        if sign == "$" and not inside and not escaped:
            made += r"\z"
            continue
        if not escaped and sign in "[]":
            inside = sign == "["
        escaped = sign == "\\" and not escaped
        made += sign
    return made


def _keys(key: "exp.Expression") -> "list[exp.Expression]":
    """A sort key as those that put nulls where it says."""
    from sqlglot import exp

    from metricdsl.sql import trees

    descending, first = bool(key.args.get("desc")), bool(key.args.get("nulls_first"))
    own = exp.Ordered(this=key.this.copy(), desc=descending or None, nulls_first=not descending)
    if first is not descending:
        return [own]
    missing = trees.is_null(key.this.copy())
    return [exp.Ordered(this=missing, desc=first or None, nulls_first=not first), own]


def _part(name: str, sql: "exp.Expression") -> "exp.Expression | None":
    from sqlglot import exp

    def called(function: str, *more: str) -> "exp.Expression":
        return exp.Anonymous(this=function, expressions=[sql.copy(), *map(exp.Literal.number, more)])

    match name:
        case "ISODOW":
            return exp.Paren(this=exp.Add(this=called("WEEKDAY"), expression=exp.Literal.number("1")))
        case "DOY":
            return called("DAYOFYEAR")
        case "WEEK":
            return called("WEEK", "3")
        case _:
            return None


def _clock(node: "exp.AtTimeZone") -> "exp.Expression":
    """The reading of a zone's clock; an error beyond the years of which it is known, or where the server has no zones."""
    from sqlglot import exp

    from metricdsl.sql import trees

    instant, zone = node.this, node.args["zone"]

    def moment(text: str) -> "exp.Expression":
        return exp.Cast(this=exp.Literal.string(text), to=_moments())

    local = exp.Anonymous(
        this="CONVERT_TZ", expressions=[instant.copy(), exp.Literal.string("+00:00"), zone.copy()]
    )
    known = trees.binary(
        exp.And,
        trees.binary(exp.GTE, instant.copy(), moment(_FIRST)),
        trees.binary(exp.LT, instant.copy(), moment(_LAST)),
    )
    wrong = exp.Cast(this=refused(f"no clock of {zone.this} for ", instant.copy()), to=_moments())
    found = exp.Anonymous(this="COALESCE", expressions=[trees.case([(known, local)]), wrong])
    there = trees.negated(trees.is_null(instant.copy()))
    return trees.case([(there, found)])


def _moments() -> "exp.DataType":
    from sqlglot import exp

    digits = exp.DataTypeParam(this=exp.Literal.number("6"))
    return exp.DataType(this=exp.DType.DATETIME, expressions=[digits], nested=False)


def _double(number: "exp.Expression") -> "exp.Expression | None":
    """A written number as a double; None where it is something else."""
    from sqlglot import exp

    match number:
        case exp.Paren(this=exp.Neg(this=exp.Literal(is_string=False) as literal)):
            return exp.Paren(this=exp.Neg(this=exp.Literal.number(_exponent(str(literal.this)))))
        case exp.Literal(is_string=False):
            return exp.Literal.number(_exponent(str(number.this)))
        case _:
            return None


def _exponent(text: str) -> str:
    """A number as a float is written, with all its digits.

    >>> _exponent("0.10")
    '10E-2'
    """
    sign, digits, exponent = Decimal(text).as_tuple()
    assert sign == 0, "a sign stands before a literal"
    return f"{''.join(map(str, digits))}E{exponent}"
