"""The packs that a project uses: those of the plugins that it lists, and of the plugins that these need.

The canonical model that ships with metricdsl is the pack `crm`. A project that has a copy of it among its own definitions uses
its copy.
"""

import re
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

import metricdsl
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.packs import PluginNotInstalled
from metricdsl.engine.config import FILE_NAME
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.engine.definitions import shipped_definitions
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.manifest import Manifest
from metricdsl.plugins.packs import pack_files
from metricdsl.spi import API_VERSION

MODEL = "crm"
_OWN_MODEL = re.compile(rb"(?m)^\s*package\s+crm\b")


@frozen
class Used:
    """The plugins that a project uses, and what is wrong with them."""

    manifests: tuple[Manifest, ...] = ()
    problems: tuple[Problem, ...] = ()


def used_plugins(wanted: Sequence[str]) -> Used:
    """The installed plugins of these names, with those that they need, in the order of their names."""
    if not wanted:
        return Used()
    installed = installed_plugins()
    known = {manifest.plugin: manifest for manifest in (*installed.value, shipped_model())}
    problems: list[Problem] = list(installed.problems)
    found: dict[str, Manifest] = {}
    waiting = [(name, FILE_NAME) for name in wanted]
    asked: set[str] = set()
    while waiting:
        name, by = waiting.pop()
        if name in asked:
            continue
        asked.add(name)
        if name in known:
            found[name] = known[name]
            waiting.extend((needed, f"the plugin {known[name].described}") for needed in known[name].requires)
        elif not any(getattr(problem, "plugin", "") == name for problem in problems):
            problems.append(PluginNotInstalled(plugin=name, needed_by=by, near=near(name, known)))
    return Used(tuple(found[name] for name in sorted(found)), tuple(problems))


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


__all__ = ["MODEL", "Used", "shipped_model", "used_plugins", "with_packs"]
