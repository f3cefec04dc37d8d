"""The plugins of this repository, seen as if they were installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from metricdsl.engine.plugin_alone import as_installed
from metricdsl.plugins.in_place import written_plugin

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


@contextmanager
def first_party(name: str) -> Iterator[None]:
    written = written_plugin(PLUGINS / f"metricdsl-{name}").value
    assert written is not None
    with as_installed(written):
        yield
