"""Policies: a row is seen where all policies on its entity are true of it, in data that no policy has cut."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from attrs import evolve

from metricdsl.syntax import nodes
from metricdsl.testing.reference.values import Refused, Value

ASKER = "context"


class Told(Protocol):
    """The value of a formula for the row looked at; refused where it is not to be had alone."""

    def __call__(self, formula: nodes.Expr, /) -> Value: ...


def told(formula: nodes.Expr, principal: Mapping[str, str], value: Told) -> nodes.Expr:
    """The condition with what is known of the one who asks put in: of the kind of the values beside it, else a text."""

    def inside(part: nodes.Expr, beside: Sequence[nodes.Expr]) -> nodes.Expr:
        match part:
            case nodes.Name(parts=(first, name)) if first == ASKER:
                if name not in principal:
                    raise Refused(f"it is not known what context.{name} is")
                return _literal(principal[name], [value(b) for b in beside if not _asks(b)], part)
            case nodes.Negation(operand=operand):
                return evolve(part, operand=inside(operand, beside))
            case nodes.Not(operand=operand) | nodes.IsNull(operand=operand):
                return evolve(part, operand=inside(operand, ()))
            case nodes.Binary(operator="and" | "or", left=left, right=right):
                return evolve(part, left=inside(left, ()), right=inside(right, ()))
            case nodes.Binary(left=left, right=right):
                return evolve(part, left=inside(left, (right, *beside)), right=inside(right, (left, *beside)))
            case nodes.Comparison(first=first, rest=rest):
                all_ = [first, *(operand for _, operand in rest)]
                made = [inside(o, [p for p in all_ if p is not o]) for o in all_]
                signs = [sign for sign, _ in rest]
                return evolve(part, first=made[0], rest=tuple(zip(signs, made[1:], strict=True)))
            case nodes.Membership(operand=operand, items=items):
                made = [inside(o, [p for p in (operand, *items) if p is not o]) for o in (operand, *items)]
                return evolve(part, operand=made[0], items=tuple(made[1:]))
            case nodes.Call(arguments=arguments):
                named = [a.value for a in arguments if isinstance(a.value, nodes.Name)]
                each = [inside(a.value, [n for n in named if n is not a.value]) for a in arguments]
                return evolve(
                    part,
                    arguments=tuple(evolve(a, value=v) for a, v in zip(arguments, each, strict=True)),
                )
            case _:
                return part

    return inside(formula, ())


def _asks(formula: nodes.Expr) -> bool:
    """Whether something is asked of the one who asks."""
    try:
        told(formula, {}, lambda _: None)
    except Refused:
        return True
    return False


def _literal(text: str, beside: Sequence[Value], place: nodes.Node) -> nodes.Expr:
    known = next((v for v in beside if v is not None), None)
    match known:
        case bool():
            return nodes.Boolean(value=text == "true", span=place.span)
        case Fraction():
            return nodes.Number(value=Decimal(text), span=place.span)
        case date():
            return nodes.DateLiteral(value=date.fromisoformat(text), span=place.span)
        case _:
            return nodes.Text(value=text, span=place.span)
