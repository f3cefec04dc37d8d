"""The packs that a project uses: those of the plugins that it lists, and of the plugins that these need.

The canonical model that ships with metricdsl is the pack `crm`. A project that has a copy of it among its own definitions uses
its copy.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import evolve, field

import metricdsl
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.packages import UnknownPackage
from metricdsl.diagnostics.problems.packs import PluginNotInstalled, PluginOutOfRange
from metricdsl.engine.config import FILE_NAME
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.engine.definitions import shipped_definitions
from metricdsl.plugins.discover import claims
from metricdsl.plugins.manifest import Manifest
from metricdsl.plugins.packs import pack_files
from metricdsl.plugins.versions import fits
from metricdsl.spi import API_VERSION
from metricdsl.value import frozen

MODEL = "crm"
_OWN_MODEL = re.compile(rb"(?m)^\s*package\s+crm\b")


@frozen
class Used:
    """The plugins that a project uses, what is wrong with them, and why those that it wants and that are not there are not."""

    manifests: tuple[Manifest, ...] = ()
    problems: tuple[Problem, ...] = ()
    absent: Mapping[str, str] = field(factory=dict)


def used_plugins(wanted: Mapping[str, str]) -> Used:
    """The installed plugins of these names and versions, with those that they need, in the order of their names."""
    if not wanted:
        return Used()
    claimed = claims()
    names = (*claimed.names, MODEL)
    problems: list[Problem] = []
    found: dict[str, Manifest] = {}
    absent: dict[str, str] = {}
    waiting = [(name, wanted[name], FILE_NAME) for name in sorted(wanted, reverse=True)]
    asked: set[tuple[str, str]] = set()
    while waiting:
        name, versions, by = waiting.pop()
        if (name, versions) in asked:
            continue
        asked.add((name, versions))
        read = claimed.manifest(name)
        manifest = shipped_model() if name == MODEL else read.value
        problem: Problem | None = None
        if manifest is None:
            missing = PluginNotInstalled(plugin=name, needed_by=by, near=near(name, names))
            problem = next(iter(read.problems), missing)
        elif read.problems:  # another claims the name of the canonical model
            problems.extend(read.problems)
        if manifest is not None and not fits(manifest.version, versions):
            problem = PluginOutOfRange(
                plugin=name,
                version=manifest.version,
                wanted=versions,
                needed_by=by,
                package=manifest.package or name,
            )
        if problem is None and manifest is not None:
            found[name] = manifest
            said = f"the plugin {manifest.described}"
            waiting.extend((needed, range_, said) for needed, range_ in manifest.requires)
        elif problem is not None and name not in absent:
            problems.append(problem)
            absent[name] = problem.message()
    manifests = tuple(found[name] for name in sorted(found) if name not in absent)
    return Used(manifests, tuple(problems), absent)


def offered(problems: Sequence[Problem], wanted: Collection[str], *, installed: bool) -> tuple[Problem, ...]:
    """The problems, those of unknown packages with the plugin that would bring them, where it is at hand and not listed."""
    if not any(isinstance(problem, UnknownPackage) for problem in problems):
        return tuple(problems)
    names = {MODEL, *(claims().names if installed else ())} - set(wanted)
    return tuple(
        problem.of_plugin(problem.name.partition(".")[0])
        if isinstance(problem, UnknownPackage) and problem.name.partition(".")[0] in names
        else problem
        for problem in problems
    )


def switched_off(wanted: Iterable[str]) -> Used:
    """No plugin at all, where those of a project are left out on request."""
    return Used(absent=dict.fromkeys(wanted, "plugins are switched off (--no-plugins, METRICDSL_NO_PLUGINS)"))


def shipped_model() -> Manifest:
    """The manifest of the canonical model: a pack like any other, but for where it lies."""
    folder = str(shipped_definitions() / MODEL)
    version = str(metricdsl.__version__)
    return Manifest(plugin=MODEL, version=version, api=API_VERSION, folder=folder, packs="**/*.metric")


def with_packs(own: DefinitionBytes, manifests: Iterable[Manifest]) -> DefinitionBytes:
    """A project's definition files and, behind them, those of its plugins' packs."""
    files = list(own.files)
    problems = list(own.problems)
    owners: dict[str, str] = {}
    for manifest in manifests:
        if manifest.plugin == MODEL and any(_OWN_MODEL.search(data) for _, _, data in own.files):
            continue
        read = pack_files(manifest)
        problems.extend(read.problems)
        files.extend(read.value)
        owners.update((name, manifest.plugin) for _, name, _ in read.value)
    return evolve(own, files=tuple(files), problems=tuple(problems), owners=owners)


__all__ = ["MODEL", "Used", "offered", "shipped_model", "switched_off", "used_plugins", "with_packs"]
