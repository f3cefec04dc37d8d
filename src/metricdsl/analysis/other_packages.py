"""Names that are unknown where they stand, and known elsewhere: in a package that is not used, or behind a package's name."""

from collections.abc import Sequence

from metricdsl.analysis.directory import NAMES, Directory, Scope
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.syntax import nodes

MOST = 3


def declared_elsewhere(directory: Directory, scope: Scope, name: str, *sorts: str) -> tuple[str, ...]:
    """The full names of what is called so in packages that are not used here."""
    here = {scope.package, *scope.uses}
    found = (
        names[name].name
        for package, names in directory.spaces[NAMES].items()
        if package and package not in here and name in names and names[name].sort in sorts
    )
    return tuple(sorted(found))[:MOST]


def brought_in(full: Sequence[str]) -> str:
    """What brings such a name in."""
    package, _, name = full[0].rpartition(".") if full else ("", "", "")
    return f"The package {package} has {name}: `use {package}` brings its names in." if full else ""


def unknown_in_package(work: Work, name: nodes.Name, scope: Scope, *sorts: str) -> bool:
    """Tell of a name behind a package's that the package does not have; whether that is so."""
    directory = work.world.directory
    parts = name.parts
    package, size = scope.aliases.get(parts[0], ""), 1
    if not package:
        for size in range(len(parts) - 1, 0, -1):
            package = ".".join(parts[:size])
            if package in directory.packages:
                break
        else:
            return False
    if len(parts) <= size:
        return False
    theirs = directory.spaces[NAMES].get(package, {})
    close = near(parts[size], (n for n, declared in theirs.items() if declared.sort in sorts))
    whole = tuple(".".join((*parts[:size], one, *parts[size + 1 :])) for one in close)
    work.report(UnknownName(name=parts[size], where=f"in the package {package}", near=whole, span=name.span))
    return True
