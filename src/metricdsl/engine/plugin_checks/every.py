"""All that must hold for a plugin, by what it brings."""

from metricdsl.engine.packs import shipped_model
from metricdsl.engine.plugin_checks.adapter_checks import declared_checks
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.engine.plugin_checks.entry_checks import entry_checks
from metricdsl.engine.plugin_checks.exchange_checks import exchange_checks
from metricdsl.engine.plugin_checks.function_checks import function_checks
from metricdsl.engine.plugin_checks.pack_checks import pack_checks
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.manifest import Manifest
from metricdsl.plugins.packs import pack_files


def plugin_checks(plugin: str) -> tuple[Check, ...]:
    """The checks of a plugin: of its manifest and, as far as it brings these, of its packs, functions and adapters."""
    manifest = manifest_of(plugin)
    checks = [Check("the manifest is right, and nothing is left out", lambda: _left_out(plugin))]
    if manifest is None:
        return tuple(checks)
    if manifest.packs:
        checks += pack_checks(plugin)
    if manifest.hooks:
        checks += function_checks(plugin)
    if manifest.adapters:
        checks += declared_checks(plugin)
    if manifest.entries:
        checks += (*entry_checks(plugin), *exchange_checks(plugin))
    return tuple(checks)


def manifest_of(plugin: str) -> Manifest | None:
    """The manifest of an installed plugin."""
    every = (*installed_plugins().value, shipped_model())
    return next((manifest for manifest in every if manifest.plugin == plugin), None)


def _left_out(plugin: str) -> list[str]:
    manifest = manifest_of(plugin)
    if manifest is None:
        problems = [p for p in installed_plugins().problems if getattr(p, "plugin", "") == plugin]
        return [f"{p.code} {p.message()}" for p in problems] or [f"no plugin `{plugin}` is installed"]
    return [f"{p.code} {p.message()}" for p in pack_files(manifest).problems]
