"""What stands in for a deprecated metric: the end of the chain of `replaced by`."""

from metricdsl.analysis.directory import NAMES, Clash, Declared, Scope
from metricdsl.analysis.properties import property_text
from metricdsl.analysis.world import World
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat


def replacement(declared: Declared, world: World, node: nodes.Name, scope: Scope) -> str:
    """The name to write instead of what was written, "" where there is none that is not deprecated itself.

    a replaced by b, b replaced by c: `c`, not `b`, which is deprecated too. A circle, told by itself, leads nowhere. It is written as it is
    known where it is to stand: `k.c` where `k.a` was written.
    """
    said, here, seen = "", declared, {declared.name}
    while (onwards := _replaced_by(here)) is not None:
        found = world.directory.lookup(here.scope, onwards, NAMES)
        said = ".".join(onwards)
        if found is None or isinstance(found, Clash) or found[1] != len(onwards):
            return said
        here = found[0]
        if here.name in seen:
            return ""
        seen.add(here.name)
    return _written(here, world, node, scope) if said else ""


def _written(meant: Declared, world: World, node: nodes.Name, scope: Scope) -> str:
    """How a declaration is named in a scope, as near as may be to the name that stands there."""
    for parts in ((*node.parts[:-1], meant.node.name), (meant.node.name,)):
        found = world.directory.lookup(scope, parts, NAMES)
        if isinstance(found, tuple) and found[1] == len(parts) and found[0].name == meant.name:
            return flat(nodes.Name(parts=parts, span=node.span))
    return flat(nodes.Name(parts=tuple(meant.name.split(".")), span=node.span))


def _replaced_by(declared: Declared) -> tuple[str, ...] | None:
    """The name behind `replaced by`, of one that is deprecated."""
    said = {one.word: one.values for one in getattr(declared.node, "properties", ())}
    values = said.get("replaced by", ())
    if len(values) != 1 or [property_text(value) for value in said.get("status", ())] != ["deprecated"]:
        return None
    return values[0].parts if isinstance(values[0], nodes.Name) else (property_text(values[0]),)
