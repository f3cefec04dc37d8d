"""Whole processes, timed from outside."""

import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from attrs import frozen


@frozen
class Spread:
    """Median, least and greatest of a series of seconds."""

    median: float
    least: float
    greatest: float
    times: int

    def cells(self) -> list[str]:
        return [f"{value:.2f} s" for value in (self.median, self.least, self.greatest)] + [str(self.times)]


def spread(times: list[float]) -> Spread:
    return Spread(statistics.median(times), min(times), max(times), len(times))


def run(command: list[str], folder: Path | None = None) -> tuple[float, str]:
    """The seconds of a process and what it wrote to standard output; one that fails is an error with its last words."""
    start = perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    took = perf_counter() - start
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise RuntimeError(lines[-1] if lines else f"ended with status {done.returncode}")
    return took, done.stdout


def repeated(
    command: list[str], folder: Path, times: int, before: Callable[[], object] = lambda: None
) -> Spread:
    """A process run several times, each after some preparation that is not timed; one run more warms the system's file cache."""
    took = []
    for _ in range(times + 1):
        before()
        took.append(run(command, folder)[0])
    return spread(took[1:])


def imports(arguments: list[str], folder: Path, lines: int = 25) -> str:
    """The dearest imports of a process, by their own time and with all below them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=folder,
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
