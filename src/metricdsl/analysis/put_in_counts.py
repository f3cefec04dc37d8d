"""How many defines a call puts in, counted without putting them in: of sixty that each use the one before twice it is a matter of sixty sums."""

from collections.abc import Mapping
from typing import TypeAlias

from metricdsl.analysis.directory import Declared, Scope
from metricdsl.analysis.function_names import aggregation_by_name
from metricdsl.analysis.walk import parts
from metricdsl.analysis.world import Place, Work
from metricdsl.syntax import nodes

DEEPEST = 100
"""Beyond so many defines within one another no more are counted: what is counted until then is enough to tell."""

Puts: TypeAlias = dict[str, int]
"""How many are put in, and how many times what each parameter stands for is: `{"": 3, "a": 2}` is 3 + 2 · (those of a)."""


def least_put_in(work: Work, node: nodes.Call, place: Place) -> int:
    """How many defines are put in for a call, at least."""
    return _of(work, node, place.scope, {}, (), {}).get("", 0)


def _of(
    work: Work,
    node: nodes.Expr,
    scope: Scope,
    parameters: Mapping[str, object],
    within: tuple[str, ...],
    known: dict[str, Puts],
) -> Puts:
    """Those of a formula in a define with these parameters."""
    found: Puts = {}
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, nodes.Name) and len(here.parts) == 1 and here.parts[0] in parameters:
            found[here.parts[0]] = found.get(here.parts[0], 0) + 1
            continue
        declared = _called(work, here, scope) if isinstance(here, nodes.Call) else None
        if declared is None or not isinstance(here, nodes.Call):
            waiting.extend(parts(here))
            continue
        if declared.name in within or len(within) >= DEEPEST:
            continue
        define = declared.node
        assert isinstance(define, nodes.DefineDecl)
        if declared.name not in known:
            work.ask(("define", declared.name))  # what is refused is read again when one of them changes
            own = {parameter.name: parameter for parameter in define.parameters}
            known[declared.name] = _of(
                work, define.formula, declared.scope, own, (*within, declared.name), known
            )
        inside = known[declared.name]
        found[""] = found.get("", 0) + 1 + inside.get("", 0)
        names = [parameter.name for parameter in define.parameters]
        for at, argument in enumerate(here.arguments):
            name = argument.name or (names[at] if at < len(names) else "")
            times = inside.get(name, 0) if name else 0
            if times:
                given = _of(work, argument.value, scope, parameters, within, known)
                for what, number in given.items():
                    found[what] = found.get(what, 0) + times * number
    return found


def _called(work: Work, node: nodes.Call, scope: Scope) -> Declared | None:
    """The define that a call calls; None of a function."""
    if aggregation_by_name(work.world.registry, node.function):
        return None
    found = work.world.directory.lookup(scope, node.function.split("."))
    declared = found[0] if isinstance(found, tuple) else None
    sound = declared is not None and declared.sort == "define" and isinstance(declared.node, nodes.DefineDecl)
    return declared if sound else None
