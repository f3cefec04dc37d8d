"""What was read and resolved, kept between runs in a folder of the user's own.

A cache is never kept in the project: a project may come from somebody else, and what is in a cache is believed. The
folder is made for its owner only, and is not used if it belongs to another or others may write to it. See
docs/decisions/0011-cache-of-the-user.md.
"""

import gc
import hashlib
import os
import pickle
import stat
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import metricdsl
from metricdsl.engine.kept_values import read, written

_OURS = ("metricdsl.",)
_OTHERS = {
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("builtins", "getattr"),
    ("collections", "OrderedDict"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("decimal", "Decimal"),
    ("copyreg", "_reconstructor"),
    ("builtins", "object"),
}
CHECK = 4
"""The bytes of the check in front of a file."""


class Cache:
    """Values by key in a folder; None as the folder is no cache at all. What cannot be read or written is left out."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def on(self) -> bool:
        """Whether there is one."""
        return self._folder is not None

    def load(self, key: str) -> Any:
        """The value of a key, or None."""
        if self._folder is None or not self._trusted(self._folder):
            return None
        try:
            kept = (self._folder / key).read_bytes()
            check, data = kept[:CHECK], kept[CHECK:]
            if _check(data) != check:
                return None
            with _uncollected():
                return read(data, _Reader)
        except Exception:  # noqa: BLE001 - a cache that is damaged is as good as none
            return None

    def store(self, key: str, value: Any) -> None:
        """Keep a value under a key, whole or not at all."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._trusted(self._folder):
                return
            data = written(value)
            handle, name = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_check(data) + data)
                Path(name).replace(self._folder / key)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except Exception:  # noqa: BLE001 - a full disk or a folder that cannot be written: the work is done all the same
            return

    def _trusted(self, folder: Path) -> bool:
        if os.name == "nt":
            return True
        try:
            status = folder.lstat()
        except OSError:
            return False
        private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and private


def _check(data: bytes) -> bytes:
    """What shows that all of a file is there: parts of it are read later, when nothing can be done about it."""
    return zlib.crc32(data).to_bytes(CHECK, "little")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage in between: all that is made here stays, and looking takes longer than making it.

    Frozen and let go again, what was made is old: the next looks at what is young do not go through it.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # else somebody else has frozen something, which stays so
            gc.freeze()
            gc.unfreeze()
        if was:
            gc.enable()


class _Reader(pickle.Unpickler):
    """Makes our own values and a few plain ones, and nothing else."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name.startswith(_OURS) or (module_name, global_name) in _OTHERS:
            return super().find_class(module_name, global_name)
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is not kept in a cache")


def cache_key(*parts: object) -> str:
    """A name for what is made from these parts by this version of the code."""
    digest = hashlib.blake2b(digest_size=20)
    for part in (_code_version(), *parts):
        text = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(text).to_bytes(8, "little"))
        digest.update(text)
    return digest.hexdigest()


def _code_version() -> str:
    """The version, and when the code was last changed: an editable install keeps its version."""
    package = Path(metricdsl.__file__).parent
    newest = max(entry for entry in _changed(package))
    return f"{metricdsl.__version__} {newest}"


def _changed(folder: Path) -> Iterable[int]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _changed(Path(entry.path))
        else:
            yield entry.stat().st_mtime_ns
    yield 0
