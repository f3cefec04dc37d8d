"""A plugin seen by a project that uses it and has nothing of its own."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import invalidate_caches
from pathlib import Path

from metricdsl.engine.config import FILE_NAME
from metricdsl.engine.project import Project, open_project
from metricdsl.plugins.in_place import Written


@contextmanager
def plugin_alone(
    name: str, definitions: Mapping[str, str] | None = None, more: str = ""
) -> Iterator[Project]:
    """A project that uses a plugin; `definitions` are files to put into it, `more` stands in its project file."""
    with tempfile.TemporaryDirectory(prefix="metricdsl-") as made:
        folder = Path(made)
        (folder / "definitions").mkdir()
        (folder / FILE_NAME).write_text(
            f'[project]\nname = "{name}"\nlanguage = 1\n[plugins]\n{name} = "*"\n{more}',
            encoding="utf-8",
        )
        for file, text in (definitions or {}).items():
            (folder / "definitions" / file).write_text(text, encoding="utf-8")
        with open_project(folder, environment={}, installed_plugins=True) as opened:
            yield opened


@contextmanager
def as_installed(written: Written) -> Iterator[None]:
    """A plugin that is being written, seen as if it were installed; before any of its name that is."""
    with tempfile.TemporaryDirectory(prefix="metricdsl-") as made:
        package = written.package.replace("-", "_")
        info = Path(made) / f"{package}-{written.version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {written.package}\nVersion: {written.version}\n", encoding="utf-8"
        )
        entry = f"[metricdsl.plugins]\n{written.plugin} = {written.module}\n"
        (info / "entry_points.txt").write_text(entry, encoding="utf-8")
        before = list(sys.path)
        sys.path[:0] = [made, str(written.source)]
        invalidate_caches()
        try:
            yield
        finally:
            sys.path[:] = before
            invalidate_caches()
