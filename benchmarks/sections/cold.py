"""`metric query` as a whole process on the demonstration: with no cache, and again with unchanged definitions."""

import shutil
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from options import Options
from processes import HEAD, imports, repeated, run
from report import Report

QUESTION = "order_revenue, orders, tickets, tickets_per_order by account.region during 2026"
FIRST, AGAIN = 1.0, 0.5
PROFILE = """
import cProfile, pstats, runpy, sys
sys.argv = {arguments!r}
profiler = cProfile.Profile()
try:
    profiler.runcall(runpy.run_module, "metricdsl", run_name="__main__")
except SystemExit:
    pass
pstats.Stats(profiler).strip_dirs().sort_stats("cumtime").print_stats(60)
"""


def measure(report: Report, options: Options) -> None:
    folder = options.folder / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "metricdsl", "demo", str(folder)])
    ask = ["-m", "metricdsl", "query", QUESTION]
    limits = count(1000)

    def same() -> list[str]:
        return [sys.executable, *ask]

    def another() -> list[str]:
        return [sys.executable, *ask[:-1], f"{QUESTION} limit {next(limits)}"]

    cache = options.folder / "cache"
    where = {"XDG_CACHE_HOME": str(cache)}

    def forget() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    first = repeated(same, folder, options.repeats, where, before=forget)
    again = repeated(another, folder, options.repeats, where)
    repeat = repeated(same, folder, options.repeats, where)
    bare = repeated(lambda: [sys.executable, "-c", "pass"], folder, options.repeats)
    version = repeated(lambda: [sys.executable, "-m", "metricdsl", "--version"], folder, options.repeats)
    report.say(f"`metric query '{QUESTION}'`. Compiled Python and the system's file cache are warm.\n")
    report.table(
        ["process", *HEAD],
        [
            ["Python alone", *bare.cells()],
            ["metric --version", *version.cells()],
            ["the first time, no cache", *first.cells()],
            ["definitions unchanged, another question", *again.cells()],
            ["definitions unchanged, the same question", *repeat.cells()],
        ],
    )
    report.target("cold, the first time", f"< {FIRST} s", f"{first.median:.2f} s", met=first.median < FIRST)
    report.target(
        "cold, definitions unchanged, another question",
        f"< {AGAIN} s",
        f"{again.median:.2f} s",
        met=again.median < AGAIN,
    )
    if first.median >= FIRST:
        explain(report, "The first time", same, folder, where, forget)
    if again.median >= AGAIN:
        explain(report, "Another question", another, folder, where, lambda: None)


def explain(
    report: Report,
    when: str,
    command: Callable[[], list[str]],
    folder: Path,
    where: dict[str, str],
    before: Callable[[], object],
) -> None:
    """Say where the time of a process goes: its imports, and its functions."""
    before()
    report.say(f"\n{when}, imports:")
    report.block(imports(command()[1:], folder, where))
    before()
    code = PROFILE.format(arguments=["metric", *command()[3:]])
    said = run([sys.executable, "-c", code], folder, where)[1]
    report.say(f"{when}, functions:")
    report.block(said[said.index("function calls") - 12 :])
