"""SQL expressions as formulas, as far as both mean the same."""

import re
from collections.abc import Callable
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from metricdsl.spi.writing import written_text

LONGEST = 4_000
_SIGNS: dict[type[exp.Expression], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.And: "and",
    exp.Or: "or",
}
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)

Column = Callable[[str], tuple[str, str]]
"""What a column's name is in our language, and of which type; raises Untranslatable."""


class Untranslatable(Exception):  # noqa: N818 - it is why something is left out
    """That something has no formula of the same meaning, and why."""


def formula_of(sql: str, column: Column) -> tuple[str, str]:
    """The formula of an expression, and its type where that is known. Raises Untranslatable."""
    if len(sql) > LONGEST:
        raise Untranslatable(f"an expression of more than {LONGEST:,} letters is not read")
    try:
        tree = sqlglot.parse_one(sql)
        return _Translation(column).of(tree)
    except SqlglotError:
        raise Untranslatable(f"`{sql}` cannot be read as an SQL expression") from None
    except RecursionError:
        raise Untranslatable("the expression is nested too deeply") from None


class _Translation:
    def __init__(self, column: Column) -> None:
        self._column = column

    def of(self, node: exp.Expression) -> tuple[str, str]:
        match node:
            case exp.Paren():
                text, type_ = self.of(node.this)
                return f"({text})", type_
            case exp.Column() if not node.args.get("table"):
                return self._column(node.name)
            case exp.Literal():
                return _literal(node)
            case exp.Boolean():
                return ("true" if node.this else "false"), "boolean"
            case exp.Null():
                return "null", ""
            case exp.Neg():
                text, type_ = self.of(node.this)
                return f"(-{text})", type_
            case exp.Not():
                return f"(not ({self.of(node.this)[0]}))", "boolean"
            case exp.Is() if isinstance(node.expression, exp.Null):
                return f"({self.of(node.this)[0]} is null)", "boolean"
            case exp.Between():
                low, high = (
                    exp.GTE(this=node.this, expression=node.args["low"]),
                    exp.LTE(this=node.this, expression=node.args["high"]),
                )
                return f"({self.of(low)[0]} and {self.of(high)[0]})", "boolean"
            case exp.In() if node.expressions:
                return self._in(node)
            case exp.Case():
                return self._case(node)
            case exp.Coalesce():
                return self._call("coalesce", [node.this, *node.expressions])
            case exp.Div():
                return self._quotient(node)
            case exp.Binary() if type(node) in _SIGNS:
                return self._binary(node)
            case _:
                raise Untranslatable(f"`{node.sql()}` has no formula that is known to mean the same")

    def _binary(self, node: exp.Binary) -> tuple[str, str]:
        left, right = (
            self._sides(node)
            if isinstance(node, _COMPARED)
            else (self.of(node.this), self.of(node.expression))
        )
        sign = _SIGNS[type(node)]
        if isinstance(node, _ORDERED) and "text" in {left[1], right[1]}:
            raise Untranslatable(f"`{node.sql()}` compares texts, in an order that is the warehouse's own")
        boolean = isinstance(node, exp.And | exp.Or | exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE)
        type_ = "boolean" if boolean else _of_both(left[1], right[1])
        return f"({left[0]} {sign} {right[0]})", type_

    def _sides(self, node: exp.Binary) -> tuple[tuple[str, str], tuple[str, str]]:
        """Both sides of a comparison. Beside a time a text is the day that it says."""
        left, right = self.of(node.this), self.of(node.expression)
        if left[1] in {"date", "timestamp"}:
            return left, _day(node.expression, right)
        if right[1] in {"date", "timestamp"}:
            return _day(node.this, left), right
        return left, right

    def _in(self, node: exp.In) -> tuple[str, str]:
        one = self.of(node.this)
        items = [self.of(item) for item in node.expressions]
        if one[1] in {"date", "timestamp"}:
            items = [_day(item, found) for item, found in zip(node.expressions, items, strict=True)]
        if any(text == "null" for text, _ in items):
            raise Untranslatable(f"`{node.sql()}` has a null in its list")
        return f"({one[0]} in ({', '.join(text for text, _ in items)}))", "boolean"

    def _case(self, node: exp.Case) -> tuple[str, str]:
        text, type_ = self.of(node.args["default"]) if node.args.get("default") else ("null", "")
        for branch in reversed(node.args["ifs"]):
            condition = branch.this if node.this is None else exp.EQ(this=node.this, expression=branch.this)
            value, found = self.of(branch.args["true"])
            text, type_ = f"if({self.of(condition)[0]}, {value}, {text})", type_ or found
        return text, type_

    def _call(self, name: str, parts: list[exp.Expression]) -> tuple[str, str]:
        found = [self.of(part) for part in parts]
        return f"{name}({', '.join(text for text, _ in found)})", next(
            (type_ for _, type_ in found if type_), ""
        )

    def _quotient(self, node: exp.Div) -> tuple[str, str]:
        left, right = self.of(node.this), self.of(node.expression)
        if not any(type_.startswith(("decimal", "float")) for type_ in (left[1], right[1])):
            raise Untranslatable(
                f"whether `{node.sql()}` drops what lies behind the point depends on the warehouse, as both are, or may be, whole"
            )
        return f"({left[0]} / {right[0]})", "float"


def _literal(node: exp.Literal) -> tuple[str, str]:
    if not node.is_string:
        return str(node.this), "decimal" if "." in node.this else "integer"
    if not str(node.this).isprintable():
        raise Untranslatable("a text has control characters")
    return written_text(str(node.this)), "text"


def _day(node: exp.Expression, found: tuple[str, str]) -> tuple[str, str]:
    if not (isinstance(node, exp.Literal) and node.is_string):
        if isinstance(node, exp.Null) or found[1] in {"date", "timestamp"}:
            return found
        raise Untranslatable(f"`{node.sql()}` beside a time is no written day")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", node.this):
        raise Untranslatable(f"`{node.sql()}` beside a time is no day as in 2026-01-31")
    try:
        date.fromisoformat(node.this)
    except ValueError:
        raise Untranslatable(f"`{node.sql()}` is no day") from None
    return str(node.this), "date"


def _of_both(left: str, right: str) -> str:
    kinds = {left.partition("(")[0], right.partition("(")[0]}
    return (
        "float"
        if "float" in kinds
        else "decimal"
        if "decimal" in kinds
        else "integer"
        if kinds == {"integer"}
        else ""
    )
