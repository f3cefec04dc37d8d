"""Opening a project of 1,000 metrics in 20 files in a new process: with no cache, and with one."""

import shutil
import statistics
import sys

from options import Options
from processes import HEAD, Took, run, spread
from project import large_project
from report import Report

# What opening leaves for later is asked for too: all problems, and the SQL of one question.
SCRIPT = """
import sys
from pathlib import Path
from time import perf_counter
a = perf_counter()
import metricdsl
project = metricdsl.open(".", cache=Path(sys.argv[1]))
b = perf_counter()
problems = [str(problem) for problem in project.problems if problem.severity.value == 'error']
c = perf_counter()
sql = project.query("f3_4_score by customer.region, month").sql("duckdb")
d = perf_counter()
assert not problems, problems[0]
print(b - a, c - b, d - c)
"""


def measure(report: Report, options: Options) -> None:
    folder = large_project(options.folder / "large")
    cache = options.folder / "cache-large"
    texts = list((folder / "definitions").glob("*.metric"))
    size = sum(path.stat().st_size for path in texts)
    report.say(f"{len(texts)} files, {size / 1e3:,.0f} kB. Seconds inside the process, imports included.\n")
    rows = []
    for what, times, forgetful in (
        ("no cache", max(3, options.repeats // 2), True),
        ("cached", options.repeats, False),
    ):
        steps: list[list[float]] = []
        processes: list[Took] = []
        for _ in range(times):
            if forgetful:
                shutil.rmtree(cache, ignore_errors=True)
            took, said = run([sys.executable, "-c", SCRIPT, str(cache)], folder)
            processes.append(took)
            steps.append([float(word) for word in said.split()])
        columns = [statistics.median(column) for column in zip(*steps, strict=True)]
        rows.append([what, *(f"{value:.2f} s" for value in columns), *spread(processes).cells()])
    head = ["", "open", "its problems", "one question", "process, median", *HEAD[1:]]
    report.table(head, rows)
