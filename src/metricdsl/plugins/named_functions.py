"""The functions that manifests name, looked for by `PLUGIN.NAME`, imported and called one at a time; what one raises is its plugin's problem."""

import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.named_functions import FunctionFailed, NotBrought
from metricdsl.diagnostics.problems.packs import PluginNotInstalled, PluginOutOfRange
from metricdsl.plugins.discover import claims, installed_plugins
from metricdsl.plugins.entries import NOUNS, Entry
from metricdsl.plugins.faults import said
from metricdsl.plugins.versions import fits

SWITCHED_OFF = "plugins are switched off"


def find_entry(
    kind: str, written: str, versions: Mapping[str, str], *, installed: bool
) -> Outcome[Entry | None]:
    """What is called `PLUGIN.NAME`, of an installed plugin, or why there is none. Only the manifest of that plugin is read.

    `versions` are those that a project asks for: a plugin of another version is left out here too.
    """
    plugin, dot, name = written.partition(".")
    if not installed:
        return _not_brought(kind, written, SWITCHED_OFF)
    if not dot:
        every = installed_entries(kind)
        meant = [one.full_name for one in every if one.name == plugin]
        return _not_brought(kind, written, "", meant or near(written, [one.full_name for one in every]))
    claimed = claims()
    read = claimed.manifest(plugin)
    manifest = read.value
    if manifest is None:
        missing = PluginNotInstalled(
            plugin=plugin, needed_by=f"`{written}`", near=near(plugin, claimed.names)
        )
        return Outcome(None, read.problems or (missing,))
    wanted = versions.get(plugin, "*")
    if not fits(manifest.version, wanted):
        out = PluginOutOfRange(
            plugin=plugin,
            version=manifest.version,
            wanted=wanted,
            needed_by="the project file",
            package=manifest.package or plugin,
        )
        return Outcome(None, (out,))
    there = [entry for entry in manifest.entries if entry.kind == kind]
    found = next((entry for entry in there if entry.name == name), None)
    if found is not None:
        return Outcome(found)
    names = [entry.full_name for entry in there]
    others = ", ".join(names) or "none"
    why = f"the plugin {manifest.described} has {others}"
    return _not_brought(kind, written, why, near(written, names))


def installed_entries(kind: str) -> tuple[Entry, ...]:
    """All of a kind that the installed plugins name, in the order of their names."""
    found = [
        entry for manifest in installed_plugins().value for entry in manifest.entries if entry.kind == kind
    ]
    return tuple(sorted(found, key=lambda entry: entry.full_name))


def load_function(entry: Entry) -> Outcome[Callable[..., Any] | None]:
    """The function of an entry, imported now."""
    module, _, name = entry.function.partition(":")
    fix = ""
    try:
        function = getattr(import_module(module), name)
        why = "" if callable(function) else f"{entry.function} is no function"
        shown = ""
    except ModuleNotFoundError as error:
        why, shown = (
            f"it needs the package `{error.name or module}`, which is not installed",
            traceback.format_exc(),
        )
        fix = entry.extra
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
        why, shown = said(error), traceback.format_exc()
    return Outcome(None, (failed(entry, why, shown, fix),)) if why else Outcome(function)


def call_function(entry: Entry, *given: Any, through: tuple[type[BaseException], ...] = ()) -> Outcome[Any]:
    """What the function of an entry gives; of what it raises, `through` is not its own fault and is raised on."""
    loaded = load_function(entry)
    if loaded.value is None:
        return Outcome(None, loaded.problems)
    try:
        return Outcome(loaded.value(*given))
    except (Exception, SystemExit) as error:
        if isinstance(error, (BrokenPipeError, *through)):
            raise
        return Outcome(None, (failed(entry, said(error), traceback.format_exc()),))


def failed(entry: Entry, why: str, shown: str = "", install: str = "") -> Problem:
    """That what an entry names cannot be used, as its plugin's problem."""
    return FunctionFailed(
        kind=NOUNS[entry.kind],
        name=entry.full_name,
        plugin=entry.described,
        why=why,
        install=install,
        traceback=shown,
    )


def _not_brought(
    kind: str, name: str, why: str, meant: "list[str] | tuple[str, ...]" = ()
) -> Outcome[Entry | None]:
    return Outcome(None, (NotBrought(kind=NOUNS[kind], name=name, why=why, near=tuple(meant)),))


__all__ = ["Entry", "call_function", "failed", "find_entry", "installed_entries", "load_function"]
