"""A campaign: damaged texts one after the other, for so many minutes, with everything found kept as bytes."""

import signal
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic
from types import FrameType

from attrs import define, field

from metricdsl.registry import Registry
from metricdsl.testing.fuzz.damage import DAMAGES
from metricdsl.testing.fuzz.trial import Fault, try_bytes
from metricdsl.value import frozen

PATIENCE = (
    60.0  # seconds of the processor for one text: a slow machine reads the longest seed in less than five
)
SHOWN = 5.0  # seconds between two lines of progress


class Hang(BaseException):
    """A text that took longer than any may."""


@frozen
class Finding:
    """A text that does not hold what it must: how it was made, and what came of it."""

    kind: str
    number: int
    data: bytes
    said: str


@define
class Campaign:
    """Counts and findings so far; `run` may be interrupted at any time, and what was counted stays."""

    texts: Sequence[str]
    registry: Registry
    seed: int = 1
    executions: Counter[str] = field(factory=Counter)
    problems: int = 0
    findings: list[Finding] = field(factory=list)
    _seen: set[str] = field(factory=set)

    def run(self, seconds: float, say: Callable[[str], object], keep: Path | None = None) -> None:
        """Damage and try until the time is over; each new finding is kept as a file."""
        started = monotonic()
        shown = started
        number = 0
        while monotonic() - started < seconds:
            for kind in DAMAGES:
                self.one(kind, number, keep)
            number += 1
            if monotonic() - shown > SHOWN:
                shown = monotonic()
                say(self.summary(shown - started))

    def one(self, kind: str, number: int, keep: Path | None = None) -> None:
        """One text of a kind: always the same for a seed and a number."""
        chance = Random(f"{self.seed} {kind} {number}")  # noqa: S311 - it is to be made again, not to be secret
        data = b""
        try:
            with patience(PATIENCE):
                data = DAMAGES[kind](chance, self.texts)
                self.problems += try_bytes(data, self.registry, number)
        except (Exception, Hang) as error:  # noqa: BLE001 - any exception is what is looked for
            self._found(Finding(kind, number, data, _said(error)), keep)
        self.executions[kind] += 1

    def _found(self, finding: Finding, keep: Path | None) -> None:
        place = finding.said.splitlines()[-1] if finding.said.startswith("Fault") else finding.said
        if place in self._seen:
            return
        self._seen.add(place)
        self.findings.append(finding)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            name = f"{finding.kind}-{self.seed}-{finding.number}"
            (keep / f"{name}.metric").write_bytes(finding.data)
            (keep / f"{name}.txt").write_text(finding.said, encoding="utf-8")

    def summary(self, seconds: float) -> str:
        """One line: executions by kind, problems met, findings."""
        by_kind = ", ".join(f"{count:,} of {kind}" for kind, count in self.executions.items())
        total = self.executions.total()
        return f"{total:,} executions ({by_kind}) in {seconds:.0f} s; {self.problems:,} problems, each with a place; {len(self.findings)} findings"


def _said(error: BaseException) -> str:
    """Where our own code was, and the error: the same words for the same fault."""
    if isinstance(error, Fault):
        return f"Fault: {error}"
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([*places, type(error).__name__, "" if isinstance(error, Hang) else str(error)[:300]])


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Stop what takes longer, where the system can tell (processor time, in the main thread)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
