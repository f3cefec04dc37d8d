"""The definition files that a plugin ships: found below its manifest and read as bytes; nothing of the plugin runs."""

from pathlib import Path

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.packs import PackFileNotRead
from metricdsl.plugins.manifest import Manifest

PackFile = tuple[Path, str, bytes]
"""A file, its name in messages (`lending:definitions/facility.metric`), its content."""


def pack_files(manifest: Manifest) -> Outcome[tuple[PackFile, ...]]:
    """The files of a plugin's packs, in the order of their names. One that cannot be read is a problem, and left out."""
    if not manifest.packs:
        return Outcome(())
    files: list[PackFile] = []
    problems: list[Problem] = []
    folder = Path(manifest.folder).resolve()
    found = sorted(folder.glob(manifest.packs))
    for path in found:
        name = path.relative_to(folder).as_posix()
        if not path.resolve().is_relative_to(folder):
            problems.append(_unread(manifest, name, "it is a link that leads out of the plugin"))
            continue
        try:
            files.append((path, f"{manifest.plugin}:{name}", path.read_bytes()))
        except OSError as error:
            problems.append(_unread(manifest, name, f"it cannot be opened ({error.strerror})"))
    if not found:
        problems.append(_unread(manifest, manifest.packs, "there is no such file"))
    return Outcome(tuple(files), tuple(problems))


def _unread(manifest: Manifest, name: str, why: str) -> Problem:
    return PackFileNotRead(plugin=manifest.described, file=name, why=why)


__all__ = ["PackFile", "pack_files"]
