"""The host: imports the hooks of plugins, collects what they contribute, merges it into a registry."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import Any

import pluggy
from attrs import evolve

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.hooks import DefinedTwice, HookRaised, HooksNotImported
from metricdsl.plugins import first_party
from metricdsl.plugins.builtin_manifest import builtin_manifest
from metricdsl.plugins.contributions import contribution_fault, under_its_plugin
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.faults import said
from metricdsl.plugins.manifest import Manifest
from metricdsl.registry import Registry
from metricdsl.spi.checks import CheckDef
from metricdsl.spi.defs import AggregationDef, DialectDef, FunctionDef
from metricdsl.spi.hooks import PROJECT, MetricdslSpec
from metricdsl.spi.result_functions import ResultFunctionDef
from metricdsl.value import frozen

_SORTS: dict[str, tuple[type, str]] = {
    "metricdsl_functions": (FunctionDef, "function"),
    "metricdsl_aggregations": (AggregationDef, "aggregation"),
    "metricdsl_result_functions": (ResultFunctionDef, "result function"),
    "metricdsl_dialects": (DialectDef, "dialect"),
    "metricdsl_checks": (CheckDef, "check"),
}

MOST = 10_000
"""How many definitions a hook may give: one that never ends is stopped there."""


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


def load_registry(
    plugins: Sequence[Manifest] | None = None, absent: Mapping[str, str] | None = None
) -> Outcome[Registry]:
    """The built-ins and what plugins contribute: those given, or with None all that are installed. `absent` are plugins that are
    wanted and not there, each with the reason; those that fail here are put beside them.

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
    problems += collected.problems
    failed = {plugin_of(problem): problem.message() for problem in problems}
    registry = evolve(collected.value, absent={**failed, **(absent or {})})
    return Outcome(registry, tuple(problems))


def plugin_of(problem: Problem) -> str:
    """The name of the plugin that a problem is about."""
    return str(getattr(problem, "plugin", "")).partition(" ")[0]


def import_hooks(manifest: Manifest) -> Outcome[Plugin | None]:
    """A plugin with its hooks module imported, or why it cannot be."""
    try:
        module = import_module(manifest.hooks)
        why = _wrong_hooks(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
        why = said(error)
    if why:
        return Outcome(None, (HooksNotImported(plugin=manifest.described, module=manifest.hooks, why=why),))
    return Outcome(Plugin(manifest, module))


def _wrong_hooks(module: ModuleType) -> str:
    """What is wrong with the hooks of a module, in words; nothing is the empty text."""
    marked = {name: getattr(found, f"{PROJECT}_impl", None) for name, found in vars(module).items()}
    for name, mark in sorted(marked.items()):
        named = name.startswith(f"{PROJECT}_")
        if mark is not None and (name not in _SORTS or mark.get("specname")):
            return f"it has a hook `{name}`, and there are only {', '.join(_SORTS)}"
        if mark is not None and (mark.get("wrapper") or mark.get("hookwrapper")):
            return f"its `{name}` wraps the hook of others, and each is called by itself"
        if mark is None and named and callable(vars(module)[name]):
            return f"its `{name}` is not marked with @hookimpl"
    return ""


def collect(plugins: Iterable[Plugin]) -> Outcome[Registry]:
    """What plugins contribute, merged. A name that is taken stays with whom had it first."""
    maps: dict[str, dict[str, Any]] = {name: {} for name in _SORTS}
    provenance: dict[str, str] = {}
    problems: list[Problem] = []
    for plugin in plugins:
        by = plugin.manifest.described
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(MetricdslSpec)
        try:
            manager.register(plugin.hooks, name=by)
        except pluggy.PluginValidationError as error:
            why = said(error).partition("\n")[0]
            problems.append(HooksNotImported(plugin=by, module=plugin.manifest.hooks, why=why))
            continue
        for hook, (expected, noun) in _SORTS.items():
            called = _call(manager, hook, expected, by)
            problems.extend(called.problems)
            for given in called.value:
                ours = plugin.manifest is builtin_manifest()
                definition = given if ours else under_its_plugin(given, plugin.manifest.plugin, by)
                name = f"{plugin.manifest.plugin}-{given.name}" if noun == "check" else definition.name
                key = f"{noun} {name}"
                if key in provenance:
                    problems.append(DefinedTwice(plugin=by, what=key, first=provenance[key]))
                else:
                    provenance[key] = by
                    maps[hook][name] = definition
    functions, aggregations, result_functions, dialects, checks = (maps[name] for name in _SORTS)
    registry = Registry(
        functions=functions,
        aggregations=aggregations,
        result_functions=result_functions,
        dialects=dialects,
        checks=checks,
        provenance=provenance,
    )
    return Outcome(registry, tuple(problems))


def _call(manager: pluggy.PluginManager, hook: str, expected: type, by: str) -> Outcome[tuple[Any, ...]]:
    """What one plugin returns from one hook; what it raises or returns wrongly is a problem, and nothing."""
    try:
        given = (definition for each in getattr(manager.hook, hook)() for definition in each)
        found = tuple(islice(given, MOST + 1))
        why = _wrong_contributions(found, expected)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
        why = said(error)
    return Outcome((), (HookRaised(plugin=by, hook=hook, why=why),)) if why else Outcome(found)


def _wrong_contributions(found: tuple[Any, ...], expected: type) -> str:
    """What is wrong with what a hook returned, in words; nothing is the empty text."""
    if len(found) > MOST:
        return f"it gave more than {MOST} definitions"
    wrong = [one for one in found if not isinstance(one, expected)]
    if wrong:
        return f"it gave a {type(wrong[0]).__name__} where a {expected.__name__} belongs"
    return next((why for one in found if (why := contribution_fault(one))), "")
