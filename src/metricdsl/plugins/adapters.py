"""Which adapter opens a URL: looked up by scheme in manifests, imported only to open a connection."""

from collections.abc import Sequence
from importlib import import_module
from typing import cast

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.hooks import AdapterFailed, DriverMissing, SchemeClaimedTwice
from metricdsl.plugins.builtin_manifest import builtin_manifest
from metricdsl.plugins.faults import said
from metricdsl.plugins.guarded_adapter import METHODS, GuardedAdapter
from metricdsl.plugins.manifest import AdapterEntry, Manifest
from metricdsl.spi.adapter import Adapter, AdapterFactory, ConnectionSettings


def adapter_entries(plugins: Sequence[Manifest] = ()) -> tuple[AdapterEntry, ...]:
    """All declared adapters, ours first."""
    return tuple(entry for manifest in (builtin_manifest(), *plugins) for entry in manifest.adapters)


def find_adapter(scheme: str, plugins: Sequence[Manifest] = ()) -> AdapterEntry | None:
    """The adapter for URLs of a scheme, or None; the first that declares it, ours before any plugin's."""
    return next((entry for entry in adapter_entries(plugins) if scheme in entry.schemes), None)


def load_factory(entry: AdapterEntry) -> Outcome[AdapterFactory | None]:
    """The function that opens a connection, imported now; a missing driver is a problem that says what to install."""
    module, _, name = entry.factory.partition(":")
    try:
        factory = getattr(import_module(module), name)
        why = "" if callable(factory) else f"{entry.factory} is no function"
    except ModuleNotFoundError as error:
        return Outcome(
            None, (DriverMissing(adapter=entry.name, missing=error.name or module, extra=entry.extra),)
        )
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
        why = said(error)
    if why:
        return Outcome(None, (AdapterFailed(plugin=entry.plugin, adapter=entry.name, why=why),))
    return Outcome(cast("AdapterFactory", factory))


def opened(
    entry: AdapterEntry, factory: AdapterFactory, connection: ConnectionSettings
) -> Outcome[Adapter | None]:
    """What a factory makes of a connection, if it is an adapter; of ours, whatever it raises."""
    if entry.plugin == builtin_manifest().plugin:
        return Outcome(factory(connection))
    try:
        adapter = factory(connection)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
        why = said(error)
    else:
        missing = [name for name in METHODS if not callable(getattr(adapter, name, None))]
        if not missing:
            return Outcome(GuardedAdapter(entry, adapter))
        why = f"it gave a {type(adapter).__name__}, which has no method `{missing[0]}`"
    return Outcome(None, (AdapterFailed(plugin=entry.plugin, adapter=entry.name, why=why),))


def claimed_twice(scheme: str, plugins: Sequence[Manifest]) -> Problem | None:
    """That more than one plugin has an adapter for URLs of a scheme that is not ours."""
    owners = tuple(
        manifest.plugin for manifest in plugins if any(scheme in entry.schemes for entry in manifest.adapters)
    )
    ours = any(scheme in entry.schemes for entry in builtin_manifest().adapters)
    return SchemeClaimedTwice(scheme=scheme, plugins=owners) if len(owners) > 1 and not ours else None


__all__ = ["AdapterEntry", "adapter_entries", "claimed_twice", "find_adapter", "load_factory", "opened"]
