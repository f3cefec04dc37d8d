"""Ctrl-C while an engine works."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def cancelling(stop: Callable[[], None]) -> Iterator[None]:
    """While the body runs, Ctrl-C calls `stop` at once.

    Python itself hears of a signal only when the engine's call returns; so the signal is also written to a socket, on
    which a thread waits. What was stopped returns, and the interruption takes its usual way.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)

    def watch() -> None:
        while heard := reader.recv(1):
            if heard[0] == signal.SIGINT:
                stop()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writer.close()
        thread.join()
        reader.close()
