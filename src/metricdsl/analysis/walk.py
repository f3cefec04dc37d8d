"""The formulas within a formula."""

from collections.abc import Iterator

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
