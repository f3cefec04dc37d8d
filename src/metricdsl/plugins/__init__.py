"""The only code that looks at installed packages: finds plugins, reads their manifests, collects what they contribute.

Its parts are imported when they are asked for: opening a connection needs manifests, and no hook.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metricdsl.plugins.adapters import AdapterEntry, find_adapter
    from metricdsl.plugins.host import builtin_registry, load_registry

__all__ = ["AdapterEntry", "builtin_registry", "find_adapter", "load_registry"]


def __getattr__(name: str) -> Any:
    """A public name, its module imported now."""
    from importlib import import_module

    match name:
        case "AdapterEntry" | "find_adapter":
            return getattr(import_module("metricdsl.plugins.adapters"), name)
        case "builtin_registry" | "load_registry":
            return getattr(import_module("metricdsl.plugins.host"), name)
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
