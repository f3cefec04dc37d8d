"""The command line, run to its end: in this process (quick, for most tests) or in one of its own, as a user has it.

A process of its own takes seconds, nearly all for imports. In this process a command has the arguments, the folder and the
environment that are given and no others, an empty standard input, streams that buffer as a pipe does, and the exit status
that a shell would see. What only a process has (signals, pipes, locks, limits, start-up) is asked of `in_process`.
"""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from attrs import frozen

from metricdsl.cli.main import main


@frozen
class Ended:
    """What a command left: its exit status and the bytes on its two streams; `err` is empty where they were one."""

    status: int
    out: bytes
    err: bytes = b""


def command(*arguments: str) -> list[str]:
    """The words that start the command line in a process."""
    return [sys.executable, "-m", "metricdsl", *arguments]


def in_process(
    arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], together: bool = False
) -> Ended:
    """A command in a process of its own; `together` has both streams be one."""
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if together else subprocess.PIPE,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr or b"")


def here(
    arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], together: bool = False
) -> Ended:
    """A command in this process, which is afterwards as it was before; `together` has both streams be one."""
    out = Pipe()
    err = out if together else Pipe()
    streams = {
        "argv": ["metric", *arguments],
        "stdin": io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
        "stdout": io.TextIOWrapper(io.BufferedWriter(out), encoding="utf-8"),
        "stderr": io.TextIOWrapper(
            io.BufferedWriter(err), encoding="utf-8", errors="backslashreplace", line_buffering=True
        ),
    }
    with (
        chdir(folder),
        patch.dict(os.environ, environment, clear=True),
        _no_log_but_standard_error(),
        patch.multiple(sys, **streams),
    ):
        status = _status()
        _close(streams["stdout"])
        _close(streams["stderr"])
    return Ended(status, bytes(out.written), b"" if together else bytes(err.written))


class Pipe(io.RawIOBase):
    """The end of a pipe that is never full: keeps all that is written, in the order in which it arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.written += data
        return len(data)


def _status() -> int:
    try:
        main()
    except SystemExit as ended:
        code = ended.code
        return 0 if code is None else code if isinstance(code, int) else 1
    raise AssertionError("the command line ends with an exit status")


@contextmanager
def _no_log_but_standard_error() -> Iterator[None]:
    """A process has no handler of logs: warnings go to its standard error stream, where a test sees them."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        yield
    finally:
        root.handlers = kept


def _close(stream: io.TextIOWrapper) -> None:
    with suppress(ValueError):  # the command closed it itself
        stream.flush()
        stream.detach().detach()
