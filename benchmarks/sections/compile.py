"""Compiling in a process that is warm: the project is open, the question has never been asked.

Compiled questions are remembered, so each compilation asks for another `limit`: every stage from the text to the SQL runs.
"""

import cProfile
import gc
import pstats
import statistics
from collections.abc import Callable
from io import StringIO
from itertools import count

from data import MODEL
from options import Options
from project import MANY as MANY_METRICS
from project import QUESTION, SIMPLE, orders_project
from report import Report
from timing import interval, ratio, seconds, yard

TARGET = 0.003
SIMPLE_TARGET, SIMPLE_TARGET_PURE = 0.002, 0.005
MANY_TARGET = 0.010
AGAIN_TARGET = 0.0001
FEW, MANY = 20, 200
SLOW = 0.2
LINES = 25


def measure(report: Report, options: Options) -> None:
    import metricdsl

    project = metricdsl.open(orders_project(options.folder / "orders-compile"))
    fresh = count(100_000)

    def asked(question: str) -> Callable[[], str]:
        return lambda: project.query(f"{question} limit {next(fresh)}").sql("duckdb")

    def from_text() -> str:
        compiled = metricdsl.compile(MODEL, f"{QUESTION} limit {next(fresh)}", dialect="duckdb")
        assert compiled.sql, compiled.problems
        return compiled.sql

    report.say(
        "Milliseconds of wall time. A yardstick is 30,000 additions in Python, done in turn with the compilations; it takes "
        "1 to 2 ms on most quiet machines of these years.\n"
    )
    rows = [
        timed(report, f"`{QUESTION}`", asked(QUESTION), TARGET),
        timed(report, f"`{SIMPLE}`", asked(SIMPLE), SIMPLE_TARGET if compiled() else SIMPLE_TARGET_PURE),
        timed(report, "ten metrics of three facts", asked(MANY_METRICS), MANY_TARGET),
        timed(report, "the same question again", lambda: project.query(QUESTION).sql("duckdb"), AGAIN_TARGET),
        timed(report, "the first, definitions given as text each time", from_text, None),
    ]
    report.table(
        ["question", "median", "95 % interval", "least", "95th percentile", "yardsticks", "times"], rows
    )
    if rows_missed(report):
        report.say(
            f"\nWhere the time goes: {MANY // 4} compilations, the {LINES} dearest lines of the profile."
        )
        report.block(profile(asked(QUESTION), MANY // 4))


def compiled() -> bool:
    """Whether sqlglot has its compiled extension, which the target of a simple question depends on."""
    import sqlglot.generator

    return sqlglot.generator.__file__.endswith(".so")


def rows_missed(report: Report) -> bool:
    return any(what.startswith("compile") and not met for what, _, _, met in report.targets)


def timed(report: Report, what: str, work: Callable[[], object], target: float | None) -> list[str]:
    """A row of the table, and the target's fate."""
    for _ in range(3):
        work()
    gc.collect()
    times, yards = [], []
    for _ in range(MANY if seconds(work) < SLOW else FEW):
        times.append(seconds(work))
        yards.append(seconds(yard))
    median = statistics.median(times)
    low, high = interval(times)
    if target is not None:
        report.target(
            f"compile, {what}", f"< {target * 1e3:g} ms", f"{median * 1e3:.3g} ms", met=median < target
        )
    late = sorted(times)[int(len(times) * 0.95) - 1]
    cells = [
        f"{median * 1e3:.3g}",
        f"{low * 1e3:.3g} to {high * 1e3:.3g}",
        f"{min(times) * 1e3:.3g}",
        f"{late * 1e3:.3g}",
    ]
    compared = ratio(times, yards)
    return [
        what,
        *cells,
        f"{compared.median:.2f} ({compared.low:.2f} to {compared.high:.2f})",
        str(len(times)),
    ]


def profile(work: Callable[[], object], times: int) -> str:
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        work()
    profiler.disable()
    text = StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("cumtime").print_stats(LINES)
    return "\n".join(line for line in text.getvalue().splitlines() if line.strip())
