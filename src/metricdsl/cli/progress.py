"""A sign of life on an interactive terminal, for anything that takes more than a second."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from metricdsl.cli.options import Session

PATIENCE = 1.0


@contextmanager
def waiting(session: Session, doing: str) -> Iterator[None]:
    """While the body runs for longer than a second, say so with the seconds on the standard error stream."""
    if session.quiet or not session.interactive:
        yield
        return
    done = threading.Event()

    def tell() -> None:
        started = monotonic()
        if done.wait(PATIENCE):
            return
        while not done.wait(0.2):
            sys.stderr.write(f"\r{doing} … {monotonic() - started:.0f} s")
            sys.stderr.flush()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
