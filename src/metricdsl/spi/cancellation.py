"""How a running statement is stopped: by hand, or by the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock, Timer

AGAIN = 0.2
"""Seconds after which what has not ended is stopped again: an engine that was told before the statement reached it has forgotten."""


class Cancellation:
    """One query's switch. It is off until somebody cancels; then everything that watches it is stopped, now and later.

    An adapter says `cancellation.watch(cursor, cursor.interrupt)` before something runs on the engine, `unwatch(cursor)` before it closes
    it, and asks for `reason` when the engine says it was interrupted. All methods may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._stops: dict[int, Callable[[], None]] = {}
        self._reason: str | None = None
        self._insisting: Timer | None = None

    @property
    def reason(self) -> str | None:
        """Why it was cancelled: "cancelled" or "deadline"; None while it is not."""
        return self._reason

    def cancel(self, reason: str = "cancelled") -> None:
        """Stop what is watched, and again until it is watched no more. The first reason given is the one that is kept.

        What is stopped is still watched while it is told so: who has unwatched may close it.
        """
        with self._lock:
            self._reason = self._reason or reason
            self._stop()

    def watch(self, running: object, stop: Callable[[], None]) -> None:
        """Call `stop` when cancelled, at once if it already is; `running` is what it stops."""
        with self._lock:
            self._stops[id(running)] = stop
            late = self._reason is not None
        if late:
            self._stop()

    def unwatch(self, running: object) -> None:
        """Do not stop it any more."""
        with self._lock:
            self._stops.pop(id(running), None)

    def _stop(self) -> None:
        """Stop what is watched now, and what of it is left a moment later."""
        with self._lock:
            if not self._stops:
                return
            for stop in tuple(self._stops.values()):
                stop()
            if self._insisting is None:
                self._insisting = Timer(AGAIN, self._insist)
                self._insisting.daemon = True
                self._insisting.start()

    def _insist(self) -> None:
        with self._lock:
            self._insisting = None
            self._stop()

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


class Running:
    """What runs through one adapter, each statement with its query's switch: all of it is stopped at once. Any thread may call."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._switches: set[Cancellation] = set()

    def begin(self, switch: Cancellation, running: object, stop: Callable[[], None]) -> None:
        """From now on `stop` is called when the switch or all is cancelled; `running` is what it stops."""
        switch.watch(running, stop)
        with self._lock:
            self._switches.add(switch)

    def end(self, switch: Cancellation, running: object) -> None:
        """It has ended, and may be closed."""
        switch.unwatch(running)
        with self._lock:
            self._switches.discard(switch)

    def cancel(self) -> None:
        """Stop all that runs."""
        with self._lock:
            switches = tuple(self._switches)
        for switch in switches:
            switch.cancel()
