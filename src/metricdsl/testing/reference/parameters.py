"""Parameters: the value given with a question, of the sort of the default, else the default."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from metricdsl.syntax import nodes
from metricdsl.testing.reference.values import Refused


def given(parameter: nodes.ParamDecl, parameters: Mapping[str, str], *names: str) -> nodes.Expr:
    """The literal that stands for a parameter, given by the first of its names for which something is."""
    text = next((parameters[name] for name in names if name in parameters), None)
    default = parameter.default
    if text is None:
        return default
    place = default.span
    match default.operand if isinstance(default, nodes.Negation) else default:
        case nodes.Text():
            return nodes.Text(value=text, span=place)
        case nodes.Boolean():
            return nodes.Boolean(value=text == "true", span=place)
        case nodes.DateLiteral():
            return nodes.DateLiteral(value=date.fromisoformat(text), span=place)
        case nodes.DurationLiteral():
            amount, unit = text.split()
            return nodes.DurationLiteral(amount=Decimal(amount), unit=unit.removesuffix("s"), span=place)
        case nodes.Number() | nodes.Percent():
            share = Decimal(100 if text.endswith("%") else 1)
            return nodes.Number(value=Decimal(text.removesuffix("%")) / share, span=place)
        case _:
            raise Refused("a parameter whose default is no plain value")
