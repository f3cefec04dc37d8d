"""Defines put in: parameters stand for arguments, names mean what they mean where they are written."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.analysis.agreement import agreed
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.percents import digits, is_plain
from metricdsl.analysis.put_in_counts import least_put_in
from metricdsl.analysis.world import Bound, Place, Result, Work
from metricdsl.analysis.written_types import read_type
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.diagnostics.problems.formulas import TooManyLevels, WrongArguments
from metricdsl.diagnostics.problems.shares_and_numbers import NumberBesideShare
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Constant
from metricdsl.model.types import ValueType
from metricdsl.model.unit import SHARE
from metricdsl.syntax import nodes

MANY_PUT_IN = 64
"""Where one declaration has put in more, those that are to come are counted before they are put in."""
MOST_PUT_IN = 30_000
"""Defines put in while one declaration is read. Twenty that each use the one before twice are a million: nobody waits for these."""


def define_of(work: Work, name: str, place: Place) -> Declared | None:
    """The define of a name, if there is one."""
    found = work.world.directory.lookup(place.scope, name.split("."))
    return found[0] if isinstance(found, tuple) and found[0].sort in {"define", "broken"} else None


def put_in(work: Work, declared: Declared, node: nodes.Call, place: Place) -> Bound | None:
    """The body of a define with the arguments of a call bound to its parameters."""
    define = declared.node
    if not isinstance(define, nodes.DefineDecl) or declared.sort == "broken":
        work.lost(declared.name)
        return None
    if declared.name in place.defining:
        circle = place.defining[place.defining.index(declared.name) :]
        work.report(
            CircularDefinition(
                circle=tuple(name.rpartition(".")[2] for name in circle), span=define.name_span
            )
        )
        return None
    if work.ask(("define", declared.name)) is None:
        return None
    work.put_in += 1
    if _too_many(work, node, place):
        if not any(isinstance(problem, TooManyLevels) for problem in work.problems):
            work.report(TooManyLevels(name=define.name, limit=MOST_PUT_IN, defines=True, span=node.span))
        return None
    arguments: dict[str, Bound] = {}
    names = tuple(p.name for p in define.parameters)
    positional = iter(names)
    types = _types(work, declared, define)
    for argument in node.arguments:
        name = argument.name or next((n for n in positional if n not in arguments), None)
        if name is None or (argument.name is not None and name not in names):
            close = near(name, names) if name else ()
            fix = f"did you mean {close[0]}?" if close else f"{define.name}({', '.join(names)})"
            text = (
                f"{define.name} has no parameter {name}"
                if name
                else f"{define.name} takes {len(names)} argument{'' if len(names) == 1 else 's'}, "
                f"not {len(node.arguments)}"
            )
            work.report(WrongArguments(text=text, fix=fix, span=argument.span))
            return None
        if argument.distinct:
            work.report(WrongArguments(text="`distinct` belongs into count(…)", span=argument.span))
            return None
        arguments[name] = Bound(argument.value, place, types.get(name), f"{define.name}'s {name}")
    inside = Place(declared.scope, arguments, (*place.defining, declared.name))
    for parameter in define.parameters:
        if parameter.name not in arguments:
            if parameter.default is None:
                text = f"{define.name} needs its parameter {parameter.name}"
                fix = f"{define.name}({', '.join(names)})"
                work.report(WrongArguments(text=text, fix=fix, span=node.span))
                return None
            own = types.get(parameter.name)
            arguments[parameter.name] = Bound(
                parameter.default, evolve(inside, arguments={}), own, f"{define.name}'s {parameter.name}"
            )
    return Bound(define.formula, inside)


def _too_many(work: Work, node: nodes.Call, place: Place) -> bool:
    """Whether more defines are put in than anybody waits for: told once there are many, and not when all have been put in."""
    if not place.defining and work.put_in <= MANY_PUT_IN:
        work.called.append((node, place))
    to_come: list[tuple[nodes.Call, Place]] = []
    if work.put_in == MANY_PUT_IN + 1:
        to_come = work.called
    elif work.put_in > MANY_PUT_IN and not place.defining:
        to_come = [(node, place)]
    if any(least_put_in(work, *call) > MOST_PUT_IN for call in to_come):
        work.put_in = MOST_PUT_IN + 1
    return work.put_in > MOST_PUT_IN


def _types(work: Work, declared: Declared, define: nodes.DefineDecl) -> dict[str, ValueType]:
    """The types that parameters declare; one that is wrong is told at the define."""
    world = work.world
    found: dict[str, ValueType] = {}
    for parameter in define.parameters:
        if parameter.type is not None:
            read = read_type(parameter.type, declared.scope, world.directory, world.settings.currency, [])
            if read is not None:
                found[parameter.name] = read
    return found


def as_declared(work: Work, bound: Bound, found: Result) -> Result:
    """An argument that was read, if it is of the type that its parameter declares; else None, which is told at the argument."""
    if found is None or bound.type is None:
        return found
    place = found.span or bound.value.span
    merged = agreed(work, bound.name, bound.type, found.type, place, states=isinstance(found, Constant))
    if merged is None or not isinstance(found, Constant):
        return None if merged is None else found
    if merged.unit == SHARE and is_plain(found):
        written = found.named or digits(found)
        parameter = bool(found.named)
        work.report(
            NumberBesideShare(metric=bound.name, written=written, parameter=parameter, span=found.span)
        )
        return None
    return evolve(found, type=evolve(merged, nullable=found.type.nullable))


def argument_of(name: nodes.Name, place: Place) -> Bound | None:
    """What a name stands for if it is, or begins with, a parameter: `e.amount` with e = order is `order.amount`."""
    bound = place.arguments.get(name.parts[0])
    if bound is None or len(name.parts) == 1:
        return bound
    value = bound.value
    if not isinstance(value, nodes.Name):
        return None
    return Bound(nodes.Name(parts=(*value.parts, *name.parts[1:]), span=value.span), bound.place)


def opened_argument(node: nodes.Expr, place: Place) -> tuple[nodes.Expr, Place]:
    """What stands for a parameter."""
    while isinstance(node, nodes.Name) and (bound := argument_of(node, place)) is not None:
        node, place = bound.value, bound.place
    return node, place


def opened_keys(keys: Sequence[nodes.Expr], place: Place) -> list[tuple[nodes.Expr, Place]]:
    """What stands for the keys of `per`: an argument in parentheses, `(account, month)`, is several."""
    found: list[tuple[nodes.Expr, Place]] = []
    for key in keys:
        node, where = opened_argument(key, place)
        found += opened_keys(node.items, where) if isinstance(node, nodes.Group) else [(node, where)]
    return found


def opened_name(
    work: Work, name: nodes.Name, place: Place, word: str, sort: str
) -> tuple[nodes.Name, Place] | None:
    """The name that stands behind a word of context, or for the parameter there; None, with a problem, where an argument is none."""
    node, where = opened_argument(name, place)
    if isinstance(node, nodes.Name):
        return node, where
    work.report(KindsDoNotFit(text=f"`{word}` needs the name of a {sort}", span=node.span))
    return None
