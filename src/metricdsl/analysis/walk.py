"""What is within a formula, and within anything written."""

from collections.abc import Iterator

from attrs import fields

from metricdsl.syntax import nodes


def walk(formula: nodes.Expr) -> Iterator[nodes.Expr]:
    """A formula and all formulas within it, without recursion, in the order written."""
    waiting: list[nodes.Expr] = [formula]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(parts(here)))


def parts(node: nodes.Expr) -> tuple[nodes.Expr, ...]:
    """The formulas that one is made of."""
    match node:
        case nodes.Negation(operand=operand) | nodes.Not(operand=operand) | nodes.IsNull(operand=operand):
            return (operand,)
        case nodes.Binary(left=left, right=right):
            return left, right
        case nodes.Comparison(first=first, rest=rest):
            return first, *(operand for _, operand in rest)
        case nodes.Membership(operand=operand, items=items):
            return operand, *items
        case nodes.Call(function="convert_unit", arguments=arguments):
            return tuple(argument.value for argument in arguments[:1])  # the other is a unit
        case nodes.Call(function="business_time", arguments=arguments):
            return tuple(argument.value for argument in arguments[:2])  # the third is a calendar
        case nodes.Call(arguments=arguments):
            return tuple(argument.value for argument in arguments)
        case nodes.Group(items=items):
            return items
        case nodes.InContext(body=body, words=words):
            return body, *(_condition(word) for word in words if isinstance(word, nodes.Where | nodes.Having))
        case _:
            return ()


def _condition(word: nodes.Where | nodes.Having) -> nodes.Expr:
    return word.condition


def nodes_in(here: object) -> Iterator[nodes.Node]:
    """Everything that something written is made of, formulas or not, the outer ones first."""
    if isinstance(here, tuple):
        for part in here:
            yield from nodes_in(part)
    elif isinstance(here, nodes.Node):
        yield here
        for field in fields(type(here)):
            yield from nodes_in(getattr(here, field.name))


def names_in(here: object) -> Iterator[nodes.Name]:
    """All names in something written."""
    return (node for node in nodes_in(here) if isinstance(node, nodes.Name))
