"""Sums and plain means of what is a share of each row, whatever numbers it is calculated with."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.world import World
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.units import MeanOfAShare, UnitsDoNotAdd
from metricdsl.model.formula import Call, Constant, Expression
from metricdsl.model.unit import NUMBER, Form
from metricdsl.source import Span
from metricdsl.spi.defs import Mismatch, argument_types

PERCENT = {Form.SHARE: "shares", Form.POINTS: "differences of shares", Form.CHANGE: "changes"}
STRAIGHT = CHOICES | {
    "add", "subtract", "negate", "multiply", "divide", "abs", "round", "floor", "ceil", "clamp", "power",
}  # fmt: skip
"""Functions that with numbers alone beside it leave a share what it is: more or less of it, moved, rounded, chosen."""


def share_of_rows(function: str, arguments: Sequence[Expression], span: Span, world: World) -> Problem | None:
    """Why a sum or mean of rows is one of shares, which are of wholes of different sizes.

    sum(order.margin / 1%)                           the number of percent is a share all the same
    avg((item.price - item.cost) / item.price - 1)   so is what it lacks to 100 %
    avg(order.margin, weight: 1)                     the same weight for each is none
    """
    if function not in {"sum", "avg"} or not arguments:
        return None
    value, *weight = arguments
    form = _form(value, world)
    if form is None:
        return None
    said, place = PERCENT[form], value.span or span
    if function == "sum":
        fix = "weight them, or build the ratio from its parts"
        return UnitsDoNotAdd(text=f"{said} do not add up over rows", fix=fix, span=place)
    fix = "weight them, `avg(share, weight: whole)`, or build the ratio from its parts: `sum(part) / sum(whole)`"
    if not weight:
        text = f"the plain mean of {said} gives a small one as much weight as a large one"
    elif _constant(weight[0]):
        text = f"a weight that is the same for all rows is none: this is the plain mean of {said}"
    elif _form(weight[0], world) is not None and _cores(weight[0]) == _cores(value):
        text = f"the {said} themselves are no weight: it says how large the whole is that each of them is of"
    else:
        return None
    return MeanOfAShare(text=text, fix=fix, span=place)


def _form(value: Expression, world: World) -> Form | None:
    """What a value is in percent, if it is, also where its unit does not say so: `share / 1%` is a number."""
    found: Form | None = None
    waiting = [value]
    while waiting:  # all that it varies by is in percent, or it is not
        here = waiting.pop()
        unit = here.type.unit
        if not unit.bare or not here.type.kind.numeric or isinstance(here, Constant):
            return None  # a share of 100 USD each is USD, and adds up
        if _squared(here):
            return None  # the squares of shares measure concentration
        if unit.form in PERCENT:
            found = found or unit.form
            continue
        parts = _straight(here, world)
        if not parts:
            return None
        waiting.extend(reversed(parts))
    return found


def _straight(value: Expression, world: World) -> list[Expression]:
    """What a value is a straight line of; nothing where it is none."""
    if not isinstance(value, Call) or value.function not in STRAIGHT or _stated(value, world):
        return []
    varying = _varying(value)
    if value.function == "divide" and (isinstance(value.arguments[0], Constant) or len(varying) > 1):
        return []
    return varying


def _stated(value: Call, world: World) -> bool:
    """Whether `as number` has dropped on purpose what a calculation gives."""
    found = world.registry.functions[value.function].infer(argument_types(value.arguments))
    return isinstance(found, Mismatch) or found.unit != value.type.unit


def squares_as_numbers(value: Expression) -> Expression:
    """What an aggregate is made of; the squares of shares are numbers: what is made of them is an index, no share of the rows."""
    of_the_whole = value.type.unit.bare and value.type.unit.form in PERCENT
    if not of_the_whole or too_large(value) or not _squared(value):
        return value
    return evolve(value, type=evolve(value.type, unit=NUMBER))


def _squared(value: Expression) -> bool:
    """Whether all that a value varies by is a power of another, other than itself, or multiplied by itself."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Call(function="power", arguments=(_, exponent)) if not _is_one(exponent):
                pass
            case Call(function="multiply", arguments=(one, other)) if one == other:
                pass
            case Call(function=function) as here if function in STRAIGHT and (varying := _varying(here)):
                waiting.extend(varying)
            case _:
                return False
    return True


def _is_one(exponent: Expression) -> bool:
    return isinstance(exponent, Constant) and exponent.value == 1


def _varying(value: Call) -> list[Expression]:
    return [one for one in choices(value.function, value.arguments) if not isinstance(one, Constant)]


def _constant(weight: Expression) -> bool:
    """Whether a weight is made of written numbers alone; where a condition chooses among them it leaves rows out."""
    if isinstance(weight, Call) and weight.function in STRAIGHT:
        return all(_constant(one) for one in choices(weight.function, weight.arguments))
    return isinstance(weight, Constant)


def _cores(value: Expression) -> list[Expression]:
    """What a calculation with numbers varies by."""
    if isinstance(value, Call) and value.function in STRAIGHT and (varying := _varying(value)):
        return [core for one in varying for core in _cores(one)]
    return [value]
