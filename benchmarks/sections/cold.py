"""`metric query` as a whole process on the demonstration: with no cache, and again with unchanged definitions."""

import shutil
import sys
from pathlib import Path

from options import Options
from processes import HEAD, imports, repeated, run
from report import Report

QUESTION = "order_revenue, orders, tickets, tickets_per_order by account.region during 2026"
FIRST, AGAIN = 1.0, 0.5
CACHE = ".metricdsl"


def measure(report: Report, options: Options) -> None:
    folder = options.folder / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "metricdsl", "demo", str(folder)])
    ask = ["-m", "metricdsl", "query", QUESTION]
    command = [sys.executable, *ask]
    first = repeated(command, folder, options.repeats, before=lambda: forget(folder))
    again = repeated(command, folder, options.repeats)
    bare = repeated([sys.executable, "-c", "pass"], folder, options.repeats)
    version = repeated([sys.executable, "-m", "metricdsl", "--version"], folder, options.repeats)
    report.say(f'`metric query "{QUESTION}"`. Compiled Python and the system\'s file cache are warm.\n')
    report.table(
        ["process", *HEAD],
        [
            ["Python alone", *bare.cells()],
            ["metric --version", *version.cells()],
            ["the first time, no cache", *first.cells()],
            ["again, definitions unchanged", *again.cells()],
        ],
    )
    report.target("cold, the first time", f"< {FIRST} s", f"{first.median:.2f} s", met=first.median < FIRST)
    report.target("cold, again", f"< {AGAIN} s", f"{again.median:.2f} s", met=again.median < AGAIN)
    if first.median >= FIRST:
        forget(folder)
        report.say("\nThe first time, imports:")
        report.block(imports(ask, folder))
    if again.median >= AGAIN:
        report.say("\nAgain, imports:")
        report.block(imports(ask, folder))


def forget(folder: Path) -> None:
    shutil.rmtree(folder / CACHE, ignore_errors=True)
