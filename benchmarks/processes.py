"""Whole processes, timed from outside: by the clock, and by the processor's time, which says more on a busy machine."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from attrs import frozen


@frozen
class Spread:
    """Median, least and greatest seconds of a process run several times, and the median of its processor's time."""

    median: float
    least: float
    greatest: float
    processor: float
    times: int

    def cells(self) -> list[str]:
        seconds = [f"{value:.2f} s" for value in (self.median, self.least, self.greatest, self.processor)]
        return [*seconds, str(self.times)]


HEAD = ["median", "least", "greatest", "processor", "times"]


@frozen
class Took:
    """The seconds of one process: by the clock, and of the processor."""

    clock: float
    processor: float


def spread(times: list[Took]) -> Spread:
    clock = [took.clock for took in times]
    processor = statistics.median(took.processor for took in times)
    return Spread(statistics.median(clock), min(clock), max(clock), processor, len(times))


def run(
    command: list[str], folder: Path | None = None, environment: dict[str, str] | None = None
) -> tuple[Took, str]:
    """The seconds of a process and what it wrote to standard output; one that fails is an error with its last words."""
    start, busy = perf_counter(), children()
    done = subprocess.run(
        command, cwd=folder, env=surroundings(environment), capture_output=True, text=True, check=False
    )
    took = Took(perf_counter() - start, children() - busy)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise RuntimeError(lines[-1] if lines else f"ended with status {done.returncode}")
    return took, done.stdout


def surroundings(more: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of the processes: Python keeps what it compiled, as it does for everybody, and no tool reports home."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "DO_NOT_TRACK": "1", "SLAYER_USAGE_REPORTING": "off", **(more or {})}


def children() -> float:
    """The processor's seconds of all processes that this one started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def repeated(
    command: Callable[[], list[str]],
    folder: Path,
    times: int,
    environment: dict[str, str] | None = None,
    before: Callable[[], object] = lambda: None,
) -> Spread:
    """A process run several times, its command made anew and some preparation done before, which is not timed.

    One run more, which is not counted, warms the system's file cache.
    """
    took = []
    for _ in range(times + 1):
        before()
        took.append(run(command(), folder, environment)[0])
    return spread(took[1:])


def imports(arguments: list[str], folder: Path, environment: dict[str, str], lines: int = 25) -> str:
    """The dearest imports of a process, by their own time and with all below them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=folder,
        env=surroundings(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    found = []
    for line in done.stderr.splitlines():
        cells = line.removeprefix("import time:").split("|")
        if len(cells) == 3 and cells[0].strip().isdigit():
            found.append((int(cells[1]), int(cells[0]), cells[2]))
    found.sort(reverse=True)
    head = f"{'with all below':>14} {'its own':>10}  module (milliseconds)"
    return "\n".join(
        [
            head,
            *(
                f"{total / 1e3:14.1f} {own / 1e3:10.1f}  {name.rstrip()}"
                for total, own, name in found[:lines]
            ),
        ]
    )
