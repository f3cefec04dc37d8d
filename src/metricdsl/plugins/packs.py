"""The definition files that a plugin ships: found below its manifest and read as bytes; nothing of the plugin runs."""

import os
import stat
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.packs import PackFileNotRead
from metricdsl.plugins.manifest import Manifest

PackFile = tuple[Path, str, bytes]
"""A file, its name in messages (`lending:definitions/facility.metric`), its content."""
MOST_BYTES = 1_000_000
"""How large a file of a pack may be."""
MOST_IN_ALL = 20_000_000
"""How large the files of a plugin may be together."""
MOST_FILES = 1_000
"""How many a plugin may bring."""


def pack_files(manifest: Manifest) -> Outcome[tuple[PackFile, ...]]:
    """The files of a plugin's packs, in the order of their names. One that cannot be read is a problem, and left out."""
    if not manifest.packs:
        return Outcome(())
    files: list[PackFile] = []
    problems: list[Problem] = []
    folder = Path(manifest.folder).resolve()
    found = sorted(islice(folder.glob(manifest.packs), MOST_FILES + 1))
    if len(found) > MOST_FILES:
        return Outcome((), (_unread(manifest, manifest.packs, f"there are more than {MOST_FILES} files"),))
    left = MOST_IN_ALL
    for path in found:
        name = path.relative_to(folder).as_posix()
        if not path.resolve().is_relative_to(folder):
            problems.append(_unread(manifest, name, "it is a link that leads out of the plugin"))
            continue
        try:
            status = path.stat()
            wrong = _wrong_file(status, left)
            if wrong:
                problems.append(_unread(manifest, name, wrong))
                continue
            files.append((path, f"{manifest.plugin}:{name}", path.read_bytes()))
            left -= status.st_size
        except OSError as error:
            problems.append(_unread(manifest, name, f"it cannot be opened ({error.strerror})"))
    if not found:
        problems.append(_unread(manifest, manifest.packs, "there is no such file"))
    return Outcome(tuple(files), tuple(problems))


def _wrong_file(status: os.stat_result, left: int) -> str:
    """Why a file is not opened: a pipe or a device may never end, and a very large file is no definitions."""
    if not stat.S_ISREG(status.st_mode):
        return "it is no file"
    if status.st_size > MOST_BYTES:
        return f"it has {status.st_size / 1e6:.1f} MB, and a file of a pack has {MOST_BYTES // 1_000_000} MB at most"
    return (
        ""
        if status.st_size <= left
        else f"the files of one plugin have {MOST_IN_ALL // 1_000_000} MB at most"
    )


def code_of(plugins: Iterable[Manifest]) -> tuple[str, ...]:
    """What tells the code of plugins from what it was: their versions and, as one installed in place keeps its version, when the
    newest file of those that have code was changed.
    """
    return tuple(f"{one.described} {_changed(Path(one.folder)) if one.hooks else ''}" for one in plugins)


def _changed(folder: Path) -> int:
    return max((path.stat().st_mtime_ns for path in folder.rglob("*.py")), default=0)


def _unread(manifest: Manifest, name: str, why: str) -> Problem:
    return PackFileNotRead(plugin=manifest.described, file=name, why=why)


__all__ = ["PackFile", "code_of", "pack_files"]
