"""The host: imports the hooks of plugins, collects what they contribute, merges it into a registry."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import pluggy
from attrs import frozen

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.hooks import DefinedTwice, HookRaised, HooksNotImported
from metricdsl.plugins import first_party
from metricdsl.plugins.builtin_manifest import builtin_manifest
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.manifest import Manifest
from metricdsl.registry import Registry
from metricdsl.spi.defs import AggregationDef, DialectDef, FunctionDef
from metricdsl.spi.hooks import PROJECT, MetricdslSpec

_SORTS: dict[str, tuple[type, str]] = {
    "metricdsl_functions": (FunctionDef, "function"),
    "metricdsl_aggregations": (AggregationDef, "aggregation"),
    "metricdsl_dialects": (DialectDef, "dialect"),
}


@frozen
class Plugin:
    """A plugin whose hooks are imported: its manifest and the module or object that has its hook implementations."""

    manifest: Manifest
    hooks: Any


@cache
def builtin_registry() -> Registry:
    """What metricdsl itself contributes."""
    loaded = load_registry(())
    assert not loaded.problems, loaded.problems
    return loaded.value


def load_registry(plugins: Sequence[Manifest] | None = None) -> Outcome[Registry]:
    """The built-ins and what plugins contribute: those given, or with None all that are installed.

    A plugin's fault is that plugin's problem: the others, and what it contributed before, stay.
    """
    found = installed_plugins() if plugins is None else Outcome(tuple(plugins))
    problems: list[Problem] = list(found.problems)
    ours = builtin_manifest()
    loaded = [Plugin(ours, import_module(ours.hooks)), Plugin(ours, first_party)]
    for manifest in found.value:
        if manifest.hooks:
            imported = import_hooks(manifest)
            problems.extend(imported.problems)
            if imported.value is not None:
                loaded.append(imported.value)
    collected = collect(loaded)
    return Outcome(collected.value, (*problems, *collected.problems))


def import_hooks(manifest: Manifest) -> Outcome[Plugin | None]:
    """A plugin with its hooks module imported, or why it cannot be."""
    try:
        module = import_module(manifest.hooks)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
        problem = HooksNotImported(plugin=manifest.described, module=manifest.hooks, why=_said(error))
        return Outcome(None, (problem,))
    unknown = sorted(name for name in _implemented(module) if name not in _SORTS)
    if unknown:
        why = f"it has a hook `{unknown[0]}`, and there are only {', '.join(_SORTS)}"
        return Outcome(None, (HooksNotImported(plugin=manifest.described, module=manifest.hooks, why=why),))
    return Outcome(Plugin(manifest, module))


def _implemented(module: ModuleType) -> list[str]:
    return [name for name, found in vars(module).items() if hasattr(found, f"{PROJECT}_impl")]


def collect(plugins: Iterable[Plugin]) -> Outcome[Registry]:
    """What plugins contribute, merged. A name that is taken stays with whom had it first."""
    maps: dict[str, dict[str, Any]] = {name: {} for name in _SORTS}
    provenance: dict[str, str] = {}
    problems: list[Problem] = []
    for plugin in plugins:
        by = plugin.manifest.described
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(MetricdslSpec)
        manager.register(plugin.hooks, name=by)
        for hook, (expected, noun) in _SORTS.items():
            called = _call(manager, hook, expected, by)
            problems.extend(called.problems)
            for definition in called.value:
                key = f"{noun} {definition.name}"
                if key in provenance:
                    problems.append(DefinedTwice(plugin=by, what=key, first=provenance[key]))
                else:
                    provenance[key] = by
                    maps[hook][definition.name] = definition
    functions, aggregations, dialects = (maps[name] for name in _SORTS)
    registry = Registry(
        functions=functions, aggregations=aggregations, dialects=dialects, provenance=provenance
    )
    return Outcome(registry, tuple(problems))


def _call(manager: pluggy.PluginManager, hook: str, expected: type, by: str) -> Outcome[tuple[Any, ...]]:
    """What one plugin returns from one hook; what it raises or returns wrongly is a problem, and nothing."""
    try:
        found = tuple(definition for given in getattr(manager.hook, hook)() for definition in given)
    except Exception as error:  # noqa: BLE001 - as above
        return Outcome((), (HookRaised(plugin=by, hook=hook, why=_said(error)),))
    wrong = [definition for definition in found if not isinstance(definition, expected)]
    if wrong:
        why = f"it gave a {type(wrong[0]).__name__} where a {expected.__name__} belongs"
        return Outcome((), (HookRaised(plugin=by, hook=hook, why=why),))
    return Outcome(found)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
