"""Defines checked by themselves: what can be told of a body before it is put in."""

from metricdsl.analysis.conversions import CONVERSIONS
from metricdsl.analysis.defines import define_of
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.function_names import callable_by_name, written_aggregations
from metricdsl.analysis.properties import NAMED_WORDS, said
from metricdsl.analysis.vocabulary import CONTEXT_FUNCTIONS, ROW_FUNCTIONS, unknown_function
from metricdsl.analysis.walk import walk
from metricdsl.analysis.world import Place, Work
from metricdsl.analysis.written_types import read_type
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice, ShadowedName
from metricdsl.syntax import nodes


def check_define(work: Work, declared: Declared) -> bool | None:
    """Whether a define is right as far as its own text tells: properties, parameters, functions, no circle."""
    node = declared.node
    assert isinstance(node, nodes.DefineDecl), "sorts follow node classes"
    world = work.world
    said(work, node.properties, declared.scope, NAMED_WORDS)
    said_wrong = len(work.problems)
    first: dict[str, nodes.Parameter] = {}
    for parameter in node.parameters:
        before = first.setdefault(parameter.name, parameter)
        if before is not parameter:
            one = "parameter"
            work.report(
                DeclaredTwice(
                    name=parameter.name, sort=one, first_sort=one, first=before.span, span=parameter.span
                )
            )
        hidden = world.directory.lookup(declared.scope, (parameter.name,))
        if isinstance(hidden, tuple) and hidden[0].sort != "broken":
            work.report(
                ShadowedName(
                    name=parameter.name, other=hidden[0].name, sort=hidden[0].sort, span=parameter.span
                )
            )
        if parameter.type is not None:
            currency = world.settings.currency
            read_type(parameter.type, declared.scope, world.directory, currency, work.problems)
        _check_default(work, node, parameter)
    place = Place(declared.scope)
    known = written_aggregations(world.registry)
    fine = True
    for call in walk(node.formula):
        if not isinstance(call, nodes.Call):
            continue
        name = call.function
        if name in known or name in ROW_FUNCTIONS or callable_by_name(world.registry, name):
            continue
        other = define_of(work, name, place)
        if other is None and (name in CONTEXT_FUNCTIONS or name in CONVERSIONS):
            continue
        if other is not None and other.sort == "define":
            fine = work.ask(("define", other.name)) is not None and fine
        elif other is None:
            unknown_function(work, call, place)
    return True if fine and len(work.problems) == said_wrong else None


def _check_default(work: Work, define: nodes.DefineDecl, parameter: nodes.Parameter) -> None:
    """A default is read where the define stands, where its parameters stand for nothing: `define half(a, b = a)`."""
    if parameter.default is None:
        return
    names = {other.name for other in define.parameters}
    for part in walk(parameter.default):
        if isinstance(part, nodes.Name) and part.parts[0] in names:
            name = part.parts[0]
            text = f"the default of {parameter.name} names the parameter {name}, and a default knows none"
            fix = f"leave out the default, and write {parameter.name} in each call; or write a define without {parameter.name}"
            work.report(WrongArguments(text=text, fix=fix, span=part.span))
            return
