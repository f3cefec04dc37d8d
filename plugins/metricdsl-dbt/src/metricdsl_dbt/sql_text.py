"""Row formulas as SQL expressions, as far as every warehouse gives the same for them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from metricdsl.spi.formulas import Call, ColumnRef, Constant, Expression
from metricdsl.spi.meaning import Kind

_BINARY: dict[str, type[exp.Binary]] = {
    "add": exp.Add,
    "subtract": exp.Sub,
    "multiply": exp.Mul,
    "equal": exp.EQ,
    "not_equal": exp.NEQ,
    "less": exp.LT,
    "at_most": exp.LTE,
    "greater": exp.GT,
    "at_least": exp.GTE,
}
_ORDERED = {"less", "at_most", "greater", "at_least"}

Written = Callable[[ColumnRef], exp.Expression]
"""How a column is written; raises Unwritable."""


class Unwritable(Exception):  # noqa: N818 - it is why something is left out
    """That something cannot be written with the same meaning, and why."""


def sql_of(formula: Expression, written: Written) -> exp.Expression:
    """The SQL of a row formula. Raises Unwritable."""
    match formula:
        case ColumnRef():
            return written(formula)
        case Constant():
            return _constant(formula)
        case Call(function=name, arguments=arguments):
            if name in _ORDERED and any(one.type.kind is Kind.TEXT for one in arguments):
                raise Unwritable("texts are compared in an order that is the warehouse's own")
            return _call(name, [sql_of(one, written) for one in arguments])
        case _:
            raise Unwritable(f"a {type(formula).__name__} in a row has no SQL that is known to mean the same")


def _call(name: str, parts: list[exp.Expression]) -> exp.Expression:
    match name:
        case "and":
            return exp.paren(exp.and_(*parts))
        case "or":
            return exp.paren(exp.or_(*parts))
        case "not":
            return exp.paren(exp.not_(exp.paren(parts[0])))
        case "negate":
            return exp.paren(exp.Neg(this=parts[0]))
        case "is_null":
            return exp.paren(exp.Is(this=parts[0], expression=exp.Null()))
        case "in":
            return exp.paren(exp.In(this=parts[0], expressions=parts[1:]))
        case "coalesce":
            return exp.Coalesce(this=parts[0], expressions=parts[1:])
        case "if":
            return exp.Case().when(parts[0], parts[1]).else_(parts[2])
        case "case":
            *branches, otherwise = parts
            made = exp.Case()
            for at in range(0, len(branches), 2):
                made = made.when(branches[at], branches[at + 1])
            return made.else_(otherwise)
        case _ if name in _BINARY:
            return exp.paren(_BINARY[name](this=parts[0], expression=parts[1]))
        case _:
            raise Unwritable(f"`{name}` has no SQL that every warehouse reads alike")


def _constant(one: Constant) -> exp.Expression:
    match one.value:
        case _ if one.type.kind is Kind.DURATION:
            raise Unwritable("lengths of time are written in each warehouse's own way")
        case None:
            return exp.Null()
        case bool():
            return exp.true() if one.value else exp.false()
        case int() | Decimal():
            number = exp.Literal.number(format(abs(Decimal(one.value)), "f"))
            return exp.paren(exp.Neg(this=number)) if one.value < 0 else number
        case datetime():
            raise Unwritable("moments are written in each warehouse's own way")
        case date():
            return exp.Literal.string(one.value.isoformat())
        case str():
            return exp.Literal.string(one.value)
        case _:
            raise Unwritable(f"the number {one.value} may be read otherwise")
