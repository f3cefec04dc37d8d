"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to, in the same folder, whose file takes the place of `path` when the block ends well.

    Interrupted or refused, it leaves `path` as it was. What is no plain file (a device, a pipe) is written to directly.
    Raises OSError, which names `path`.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    there = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{there.name}.", suffix=".part", dir=there.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(there.stat().st_mode & 0o777 if there.exists() else 0o666 & ~_umask())
        part.replace(there)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
