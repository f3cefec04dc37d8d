"""Defines put in: parameters stand for arguments, names mean what they mean where they are written."""

from attrs import evolve

from metricdsl.analysis.directory import Declared
from metricdsl.analysis.world import Bound, Place, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.syntax import nodes


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
    arguments: dict[str, Bound] = {}
    names = tuple(p.name for p in define.parameters)
    positional = iter(names)
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
        arguments[name] = Bound(argument.value, place)
    inside = Place(declared.scope, arguments, (*place.defining, declared.name))
    for parameter in define.parameters:
        if parameter.name not in arguments:
            if parameter.default is None:
                text = f"{define.name} needs its parameter {parameter.name}"
                fix = f"{define.name}({', '.join(names)})"
                work.report(WrongArguments(text=text, fix=fix, span=node.span))
                return None
            arguments[parameter.name] = Bound(parameter.default, evolve(inside, arguments={}))
    return Bound(define.formula, inside)


def argument_of(name: nodes.Name, place: Place) -> Bound | None:
    """What a name stands for if it is, or begins with, a parameter: `e.amount` with e = order is `order.amount`."""
    bound = place.arguments.get(name.parts[0])
    if bound is None or len(name.parts) == 1:
        return bound
    value = bound.value
    if not isinstance(value, nodes.Name):
        return None
    return Bound(nodes.Name(parts=(*value.parts, *name.parts[1:]), span=value.span), bound.place)
