"""Which adapter opens a URL: looked up by scheme in manifests, imported only to open a connection."""

from collections.abc import Sequence
from importlib import import_module
from typing import cast

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.hooks import DriverMissing
from metricdsl.plugins.builtin_manifest import builtin_manifest
from metricdsl.plugins.manifest import AdapterEntry, Manifest
from metricdsl.spi.adapter import AdapterFactory


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
        return Outcome(cast("AdapterFactory", getattr(import_module(module), name)))
    except ModuleNotFoundError as error:
        return Outcome(
            None, (DriverMissing(adapter=entry.name, missing=error.name or module, extra=entry.extra),)
        )


__all__ = ["AdapterEntry", "adapter_entries", "find_adapter", "load_factory"]
