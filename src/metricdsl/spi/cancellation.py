"""How a running statement is stopped: by hand, or by the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer


class Cancellation:
    """One query's switch. It is off until somebody cancels; then everything that watches it is stopped, now and later.

    An adapter says `with cancellation.watched(cursor.interrupt): …` around what runs on the engine, and asks for
    `reason` when the engine says it was interrupted. All methods may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: list[Callable[[], None]] = []
        self._reason: str | None = None

    @property
    def reason(self) -> str | None:
        """Why it was cancelled: "cancelled" or "deadline"; None while it is not."""
        return self._reason

    def cancel(self, reason: str = "cancelled") -> None:
        """Stop what is watched. The first reason given is the one that is kept."""
        with self._lock:
            self._reason = self._reason or reason
            stops = tuple(self._stops)
        for stop in stops:
            stop()

    def watch(self, stop: Callable[[], None]) -> None:
        """Call `stop` when cancelled, at once if it already is."""
        with self._lock:
            self._stops.append(stop)
            late = self._reason is not None
        if late:
            stop()

    def unwatch(self, stop: Callable[[], None]) -> None:
        """Do not call `stop` any more."""
        with self._lock:
            if stop in self._stops:
                self._stops.remove(stop)

    @contextmanager
    def within(self, seconds: float | None) -> Iterator[None]:
        """While the body runs, cancel when the seconds are over (None: no bound)."""
        if seconds is None:
            yield
            return
        timer = Timer(seconds, self.cancel, ("deadline",))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
