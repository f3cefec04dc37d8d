"""Which source a table of a package is read by: one of its own package, else one that binds it.

    package crm       entity opportunity from opportunities { … }
    package ours      use crm      source opportunities from sales.deals { … }       binds crm's opportunities

A source binds what the packages that its file uses read by its name. A project's own goes before one that a plugin ships, as a project may
set right what it has installed; between two of the same standing nobody has chosen.
"""

from collections.abc import Sequence

from metricdsl.analysis.directory import SOURCES, Clash, Declared, Directory, Scope
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.value import frozen

OF_PACKS = ":"  # behind the name of the plugin, in the path of a file of its pack


@frozen(eq=False)
class Bindings:
    """Several sources that bind one table of a package, and none goes before the others."""

    package: str
    name: str
    sources: tuple[Declared, ...]

    def problem(self) -> AmbiguousName:
        """That nobody has chosen, at the second of them."""
        first, second, *_ = self.sources
        return AmbiguousName(
            name=self.name,
            candidates=tuple(one.name for one in self.sources),
            bound=self.package,
            first=first.node.name_span,
            packed=all(map(of_pack, self.sources)),
            span=second.node.name_span,
        )


def source_of(
    directory: Directory, scope: Scope, written: str
) -> tuple[Declared, int] | Clash | Bindings | None:
    """The source that a table's name means in a file, and how many parts of the name that took."""
    parts = written.split(".")
    found = directory.lookup(scope, parts, SOURCES)
    if found is not None or len(parts) > 1 or not scope.package:
        return found
    bound: Sequence[Declared] = directory.binding(scope.package, written)
    bound = [one for one in bound if not of_pack(one)] or bound
    if len(bound) > 1:
        return Bindings(scope.package, written, tuple(bound))
    return (bound[0], 1) if bound else None


def of_pack(declared: Declared) -> bool:
    """Whether a plugin ships it."""
    return OF_PACKS in declared.source.path
