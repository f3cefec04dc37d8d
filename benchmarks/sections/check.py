"""Checking a project of 10,000 metrics in 200 files: cold, from the cache with one file edited, and again in a living process.

An edit is a digit put into one formula in the middle of a file: all that follows it in the file moves.
The targets are of a quiet machine. Beside each time stands how much slower this machine is than one just then: by a loop
of 3 million additions of integers, which takes 0.1 s there.
"""

import shutil
import statistics
import sys
from pathlib import Path

from options import Options
from processes import run
from project import large_project
from report import Report

METRICS, FILES = 10_000, 200
COLD_SIZES = (2_500, 5_000, METRICS)
QUIET = 0.1
MOST_PROCESS, MOST_LIVING, MOST_MEMORY, MOST_GROWTH = 0.5, 0.05, 200.0, 2.3

YARD = """
from time import process_time
def yard():
    start, total = process_time(), 0
    for number in range(3_000_000):
        total += number
    return process_time() - start
"""
CHECK = (
    YARD
    + """
import resource, sys
from pathlib import Path
before = process_time()
import metricdsl
project = metricdsl.open(".", cache=Path(sys.argv[1]) if len(sys.argv) > 1 else None)
errors = [str(problem) for problem in project.problems if problem.severity.value == "error"]
took = process_time()  # of the whole process: starting Python and the imports too
assert not errors, errors[0]
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, yard())
"""
)
LIVING = (
    YARD
    + """
import sys
from pathlib import Path
import metricdsl
project = metricdsl.open(".", cache=Path(sys.argv[1]))
project.problems
edited = Path("definitions", sys.argv[2])
text = edited.read_text(encoding="utf-8")
times = []
for turn in range(int(sys.argv[3])):
    middle = text.index("minutes > ", len(text) // 2) + 10
    edited.write_text(f"{text[:middle]}{turn + 1}{text[middle:]}", encoding="utf-8")
    before = process_time()
    project = project.reopened()
    problems = project.problems
    times.append(process_time() - before)
edited.write_text(text, encoding="utf-8")
print(sorted(times)[len(times) // 2], min(times), max(times), yard())
"""
)
EDITED = "part100.metric"
COMMAND = [sys.executable, "-m", "metricdsl", "check"]


def measure(report: Report, options: Options) -> None:
    cold(report, options)
    folder = project(options, METRICS)
    cache = options.folder / "cache-check"
    shutil.rmtree(cache, ignore_errors=True)
    run([sys.executable, "-c", CHECK, str(cache)], folder)
    rows = [cached(report, options, folder, cache), living(report, options, folder, cache)]
    report.table(["", "median", "least", "greatest", "slower than quiet", "on a quiet machine"], rows)


def project(options: Options, metrics: int) -> Path:
    return large_project(options.folder / f"check-{metrics}", metrics, metrics * FILES // METRICS)


def cold(report: Report, options: Options) -> None:
    """Three sizes, each twice the one before; in the processor's seconds."""
    rows, quiet = [], []
    for metrics in COLD_SIZES:
        _, said = run([sys.executable, "-c", CHECK], project(options, metrics))
        took, memory, yard = (float(word) for word in said.split())
        factor = yard / QUIET
        quiet.append(took / factor)
        rows.append(
            [f"{metrics:,}", f"{took:.2f} s", f"{factor:.1f}", f"{took / factor:.2f} s", f"{memory:.0f} MB"]
        )
    report.table(["metrics", "cold check", "slower than quiet", "on a quiet machine", "memory"], rows)
    growth = quiet[-1] / quiet[-2]
    report.target(
        "check: cold, twice the metrics",
        f"≤ {MOST_GROWTH} times",
        f"{growth:.2f} times",
        met=growth <= MOST_GROWTH,
    )
    report.target("check: memory", f"≤ {MOST_MEMORY:.0f} MB", f"{memory:.0f} MB", met=memory <= MOST_MEMORY)
    report.say()


def cached(report: Report, options: Options, folder: Path, cache: Path) -> list[str]:
    """`metric check`, from its start to its end, that finds all but one file in the cache; in the processor's seconds."""
    where = {"XDG_CACHE_HOME": str(cache)}
    edited = folder / "definitions" / EDITED
    text = edited.read_text(encoding="utf-8")
    times, factors = [], []
    run(COMMAND, folder, where)
    for turn in range(options.repeats):
        middle = text.index("minutes > ", len(text) // 2) + 10
        edited.write_text(f"{text[:middle]}{turn + 1}{text[middle:]}", encoding="utf-8")
        took, _ = run(COMMAND, folder, where)
        _, yard = run([sys.executable, "-c", f"{YARD}print(yard())"])
        times.append(took.processor)
        factors.append(float(yard) / QUIET)
    edited.write_text(text, encoding="utf-8")
    return row(report, "a process, from the cache, one file edited", times, factors, MOST_PROCESS)


def living(report: Report, options: Options, folder: Path, cache: Path) -> list[str]:
    """One process that is told of edit after edit."""
    times, factors = [], []
    for _ in range(2):
        _, said = run([sys.executable, "-c", LIVING, str(cache), EDITED, str(options.repeats)], folder)
        *took, yard = (float(word) for word in said.split())
        times += took
        factors.append(yard / QUIET)
    return row(report, "in a living process, one file edited", times, factors, MOST_LIVING)


def row(report: Report, what: str, times: list[float], factors: list[float], most: float) -> list[str]:
    took, factor = statistics.median(times), statistics.median(factors)
    quiet = took / factor
    report.target(
        f"check: {what}", f"≤ {most:.2f} s, quiet", f"{quiet:.3f} s ({took:.2f} s here)", met=quiet <= most
    )
    cells = [f"{value:.3f} s" for value in (took, min(times), max(times))]
    return [what, *cells, f"{factor:.1f}", f"{quiet:.3f} s"]
