"""What formulas over rows and formulas over metrics have in common: literals, operators, scalar functions."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.functions import bound_text, bucket, duration, scalar
from metricdsl.testing.reference.names import Constant, Scope, World
from metricdsl.testing.reference.periods import GRAINS, literal_cell, steps
from metricdsl.testing.reference.values import (
    Moment,
    Refused,
    Settings,
    Value,
    and_,
    arithmetic,
    compare,
    negative,
    not_,
    or_,
    shown,
    true,
)

GRAIN_SECOND = (
    "start_of",
    "end_of",
    "age",
    "convert",
    "convert_unit",
)  # functions whose second argument is the bare name of a grain, a currency or a unit


def combined(formula: nodes.Expr, value: Callable[[nodes.Expr], Value], settings: Settings) -> Value:
    """The value of a formula that is no name, aggregate or word of context, from the values of its parts."""
    match formula:
        case nodes.Number(value=number) | nodes.Percent(value=number):
            return Fraction(number)
        case nodes.Text(value=literal) | nodes.DateLiteral(value=literal) | nodes.Boolean(value=literal):
            return literal
        case nodes.PeriodLiteral():
            return literal_cell(formula)
        case nodes.DurationLiteral():
            return duration(formula)
        case nodes.Null():
            return None
        case nodes.Negation(operand=operand):
            return negative(value(operand))
        case nodes.Not(operand=operand):
            return not_(value(operand))
        case nodes.Binary(operator="and", left=left, right=right):
            return and_(value(left), value(right))
        case nodes.Binary(operator="or", left=left, right=right):
            return or_(value(left), value(right))
        case nodes.Binary(operator=operator, left=left, right=right):
            return arithmetic(operator, value(left), value(right))
        case nodes.Comparison(first=first, rest=rest):
            return _chain(first, rest, value)
        case nodes.Membership(operand=operand, items=items, negated=negated):
            found: Value = False
            for item in items:
                found = or_(found, _compared(operand, "=", item, value))
            return not_(found) if negated else found
        case nodes.IsNull(operand=operand, negated=negated):
            return (value(operand) is None) is not negated
        case nodes.Call():
            return _called(formula, value, settings)
        case _:
            raise Refused("this has no value here")


def _chain(
    first: nodes.Expr, rest: Sequence[tuple[str, nodes.Expr]], value: Callable[[nodes.Expr], Value]
) -> Value:
    holds: Value = True
    for operator, part in rest:
        holds = and_(holds, _compared(first, operator, part, value))
        first = part
    return holds


TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _compared(
    left: nodes.Expr, operator: str, right: nodes.Expr, value: Callable[[nodes.Expr], Value]
) -> Value:
    """A comparison; beside a written month, quarter or week it is with the whole of it."""
    if isinstance(left, nodes.PeriodLiteral) and not isinstance(right, nodes.PeriodLiteral):
        return _compared(right, TURNED.get(operator, operator), left, value)
    if not isinstance(right, nodes.PeriodLiteral) or isinstance(left, nodes.PeriodLiteral):
        return compare(value(left), operator, value(right))
    time, cell = value(left), literal_cell(right)
    behind = steps(cell, 1).start
    match operator:
        case "<" | ">=":
            return compare(time, operator, cell.start)
        case "<=":
            return compare(time, "<", behind)
        case ">":
            return compare(time, ">=", behind)
        case _:
            within = and_(compare(time, ">=", cell.start), compare(time, "<", behind))
            return within if operator == "=" else not_(within)


def _called(call: nodes.Call, value: Callable[[nodes.Expr], Value], settings: Settings) -> Value:
    arguments = [a.value for a in call.arguments]
    match call.function, arguments:
        case "if", [condition, yes, no]:
            return one_of(value(yes) if true(value(condition)) else value(no), map(value, (yes, no)))
        case "case", [*branches, otherwise] if len(branches) % 2 == 0:
            among = [value(result) for result in (*branches[1::2], otherwise)]
            for condition, result in zip(branches[::2], among, strict=False):
                if true(value(condition)):
                    return one_of(result, among)
            return one_of(among[-1], among)
        case "coalesce" | "least" | "greatest", _:
            among = [value(a) for a in arguments]
            return one_of(scalar(call.function, among, settings), among)
        case "bucket", [of, *bounds] if bounds:
            return bucket(value(of), [value(b) for b in bounds], [bound_text(b) for b in bounds])
        case function, [of, nodes.Name(parts=(grain,))] if function in GRAIN_SECOND and grain in GRAINS:
            return scalar(function, [value(of), grain], settings)
        case _:
            return scalar(call.function, [value(a) for a in arguments], settings)


def one_of(chosen: Value, among: Iterable[Value]) -> Value:
    """One of several values: its instant is known if that of all of them is."""
    if isinstance(chosen, Moment) and any(isinstance(v, date) and not isinstance(v, Moment) for v in among):
        return shown(chosen)
    return chosen


def fixed(formula: nodes.Expr, scope: Scope, world: World, settings: Settings) -> Value:
    """The value of a formula made of literals and parameters alone."""
    opened = world.opened(formula, scope)
    if isinstance(opened, Constant):
        return opened.value
    if isinstance(opened[0], nodes.Name) and opened[0].text in GRAINS:
        return opened[0].text
    return combined(opened[0], lambda part: fixed(part, opened[1], world, settings), settings)


def parts_of(formula: nodes.Expr) -> tuple[nodes.Expr, ...]:
    """The formulas that a formula is made of, one level down; the bare grain of `start_of` and `age` is none of them."""
    match formula:
        case nodes.Negation(operand=operand) | nodes.Not(operand=operand) | nodes.IsNull(operand=operand):
            return (operand,)
        case nodes.Binary(left=left, right=right):
            return (left, right)
        case nodes.Comparison(first=first, rest=rest):
            return (first, *(part for _, part in rest))
        case nodes.Membership(operand=operand, items=items):
            return (operand, *items)
        case nodes.Call(function="business_time", arguments=arguments):
            return tuple(a.value for a in arguments[:2])
        case nodes.Call(function=function, arguments=arguments):
            return tuple(a.value for a in (arguments[:1] if function in GRAIN_SECOND else arguments))
        case _:
            return ()
