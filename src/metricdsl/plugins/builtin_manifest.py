"""The manifest of metricdsl itself, read like any plugin's; nothing of it is imported."""

from functools import cache
from importlib import import_module, resources

from metricdsl.plugins.manifest import FILE_NAME, Manifest, read_manifest


@cache
def builtin_manifest() -> Manifest:
    """What metricdsl declares."""
    text = resources.files("metricdsl.builtins").joinpath(FILE_NAME).read_text(encoding="utf-8")
    # By name: the package itself stands above the plugins, and only its version is wanted.
    read = read_manifest(text, "metricdsl", str(import_module("metricdsl").__version__))
    assert read.value is not None, read.problems
    return read.value
