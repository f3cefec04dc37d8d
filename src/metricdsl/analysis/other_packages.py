"""Names that are unknown where they stand, and known elsewhere: in a package that is not used, or behind a package's name."""

from collections.abc import Sequence

from metricdsl.analysis.directory import NAMES, Directory, Scope
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.syntax import nodes

MOST = 3


def declared_elsewhere(
    directory: Directory, scope: Scope, name: str, *sorts: str, space: str = NAMES
) -> tuple[str, ...]:
    """What is called so in packages that are not used here, as it is written here: behind another name of its package, else
    behind the package's.
    """
    here = {scope.package, *scope.uses}
    aliases = {package: alias for alias, package in scope.aliases.items()}
    found = (
        f"{aliases[package]}.{name}" if package in aliases else names[name].name
        for package, names in directory.spaces[space].items()
        if package and package not in here and name in names and names[name].sort in sorts
    )
    return tuple(sorted(found))[:MOST]


def as_written(directory: Directory, scope: Scope, full: str) -> str:
    """How a declaration is named in a file: by its own name, behind another name of its package, or whole."""
    package, _, name = full.rpartition(".")
    aliases = [alias for alias, aliased in scope.aliases.items() if aliased == package]
    for written in (name, *(f"{alias}.{name}" for alias in aliases)):
        meant = directory.lookup(scope, written.split("."))
        if isinstance(meant, tuple) and meant[0].name == full and meant[1] == written.count(".") + 1:
            return written
    return full


def brought_in(full: Sequence[str], scope: Scope) -> str:
    """What brings such a name in."""
    package, _, name = full[0].rpartition(".") if full else ("", "", "")
    if package in scope.aliases:
        return f"The package {scope.aliases[package]} has {name}, and is called {package} here."
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
    if not whole:  # `crm.win_rate` for `crm.sales.win_rate`
        full = declared_elsewhere(directory, scope, parts[size], *sorts)
        whole = tuple(".".join((one, *parts[size + 1 :])) for one in full)
    work.report(UnknownName(name=parts[size], where=f"in the package {package}", near=whole, span=name.span))
    return True
