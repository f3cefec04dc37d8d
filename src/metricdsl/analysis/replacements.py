"""What stands in for a deprecated metric: the end of the chain of `replaced by`."""

from metricdsl.analysis.directory import NAMES, Clash, Declared
from metricdsl.analysis.properties import property_text
from metricdsl.analysis.world import World
from metricdsl.syntax import nodes


def replacement(declared: Declared, world: World) -> str:
    """The name to write instead, "" where there is none that is not deprecated itself.

    a replaced by b, b replaced by c: `c`, not `b`, which is deprecated too. A circle, told by itself, leads nowhere.
    """
    said, here, seen = "", declared, {declared.name}
    while (onwards := _replaced_by(here)) is not None:
        found = world.directory.lookup(here.scope, onwards, NAMES)
        said = ".".join(onwards)
        if found is None or isinstance(found, Clash) or found[1] != len(onwards):
            return said
        following = found[0]
        if following.name in seen:
            return ""
        if here is not declared and following.name.rpartition(".")[0] != declared.name.rpartition(".")[0]:
            said = following.name  # the words of another package are not those of the first
        seen.add(following.name)
        here = following
    return said


def _replaced_by(declared: Declared) -> tuple[str, ...] | None:
    """The name behind `replaced by`, of one that is deprecated."""
    said = {one.word: one.values for one in getattr(declared.node, "properties", ())}
    values = said.get("replaced by", ())
    if len(values) != 1 or [property_text(value) for value in said.get("status", ())] != ["deprecated"]:
        return None
    return values[0].parts if isinstance(values[0], nodes.Name) else (property_text(values[0]),)
