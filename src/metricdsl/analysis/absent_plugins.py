"""Names that a plugin would have brought which is not there: the reason is told where they stand."""

from collections.abc import Mapping, Sequence

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.formulas import UnknownFunction
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import UnknownPackage
from metricdsl.diagnostics.problems.packs import PackFileNotRead, PackOutsideItsPackage, PluginAbsent
from metricdsl.registry import Registry

_IN_PACKAGE = "in the package "


def absent_plugins(registry: Registry, misread: Sequence[Problem]) -> Mapping[str, str]:
    """The plugins that are not there, or not with all their files, each with the reason."""
    partly = {
        problem.plugin.partition(" ")[0]: problem.message()
        for problem in misread
        if isinstance(problem, PackFileNotRead | PackOutsideItsPackage)
    }
    return {**partly, **registry.absent}


def told_of_its_plugin(problem: Problem, absent: Mapping[str, str]) -> Problem:
    """The problem itself or, where it is about a name that an absent plugin would have brought, that the plugin is not there."""
    match problem:
        case UnknownName(name=name, where=where) if where.startswith(_IN_PACKAGE):
            full = f"{where.removeprefix(_IN_PACKAGE)}.{name}"
        case UnknownName(name=name, where=where) if not where or where.startswith("in or from "):
            full = name
        case UnknownPackage(name=name) | UnknownFunction(name=name):
            full = name
        case _:
            return problem
    plugin = full.partition(".")[0]
    if plugin not in absent:
        return problem
    return PluginAbsent(name=full, plugin=plugin, why=absent[plugin], span=problem.span)
