"""The only code that looks at installed packages: finds plugins, reads their manifests, collects what they contribute."""

from metricdsl.plugins.adapters import AdapterEntry, find_adapter
from metricdsl.plugins.host import builtin_registry, load_registry

__all__ = ["AdapterEntry", "builtin_registry", "find_adapter", "load_registry"]
