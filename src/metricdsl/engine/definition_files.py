"""Definition files as they lie on the disk: found inside the project's folder, read as bytes."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from attrs import define, field

from metricdsl.diagnostics import Problem
from metricdsl.engine.config import ProjectConfig, inside
from metricdsl.source import SourceFile

ENDING = ".metric"


@define(frozen=True, kw_only=True, slots=False)
class DefinitionBytes:
    """The definition files of a project: path, name in messages, content. `owners` names the plugin of those that one ships."""

    files: tuple[tuple[Path, str, bytes], ...]
    problems: tuple[Problem, ...] = ()
    owners: Mapping[str, str] = field(factory=dict)

    @property
    def own(self) -> tuple[Path, ...]:
        """The files in the project's own folder."""
        return tuple(path for path, name, _ in self.files if name not in self.owners)

    @cached_property
    def digests(self) -> tuple[bytes, ...]:
        """What tells the contents of each file from any others."""
        return tuple(blake2b(data, digest_size=20).digest() for _, _, data in self.files)

    def sources(self) -> dict[str, SourceFile]:
        """The texts by name, for showing places in them."""
        return {name: SourceFile.of(name, data.decode("utf-8", "replace")) for _, name, data in self.files}


def definition_bytes(config: ProjectConfig) -> DefinitionBytes:
    """The bytes of all definition files, in the order of their names. A link that leads out of the project is a problem."""
    files: dict[str, tuple[Path, str, bytes]] = {}
    problems: list[Problem] = []
    folders: dict[Path, bool] = {}
    for start in config.definitions:
        for path in _paths(start):
            name = path.relative_to(config.root).as_posix()
            if path.parent not in folders:
                folders[path.parent] = inside(path.parent, config.root)
            if not (inside(path, config.root) if path.is_symlink() else folders[path.parent]):
                problems.append(_outside(name))
                continue
            if path.is_dir() or name in files:
                continue
            try:
                files[name] = (path, name, path.read_bytes())
            except OSError as error:
                problems.append(_unreadable(name, error))
    return DefinitionBytes(files=tuple(files[name] for name in sorted(files)), problems=tuple(problems))


def _outside(name: str) -> Problem:
    from metricdsl.diagnostics.problems.project import OutsideProject

    return OutsideProject(path=name)


def _unreadable(name: str, error: OSError) -> Problem:
    from metricdsl.diagnostics.problems.data import UnreadableFile

    return UnreadableFile(path=name, why="it cannot be opened", detail=str(error))


def _paths(start: Path) -> Iterator[Path]:
    """The definition files of a folder and, so that they can be refused, the links to folders."""
    if start.is_file():
        yield start
        return
    for folder, folders, names in os.walk(start):
        folders.sort()
        yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(ENDING))
