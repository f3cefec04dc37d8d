"""The benchmark: `python benchmarks/run.py [sql] [compile] [cold] [load] [check] [peers] [parse] [tpch]`, all of them when none is named."""

import argparse
import importlib
import sys
import traceback
from time import perf_counter

from options import ROOT, Options
from report import Report, surroundings

SECTIONS = {
    "sql": "Our SQL against SQL written by hand",
    "compile": "Compiling, warm and never asked before",
    "cold": "A query as a whole process",
    "load": "Opening a project of 1,000 metrics",
    "check": "Checking a project of 10,000 metrics in 200 files",
    "peers": "The same question to other tools",
    "parse": "Parsing time is linear",
    "tpch": "TPC-H against its official SQL",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=" ".join(SECTIONS))
    parser.add_argument(
        "--rows", type=int, default=Options().rows, help="orders in the data (default %(default)s)"
    )
    parser.add_argument(
        "--pairs", type=int, default=Options().pairs, help="interleaved pairs (default %(default)s)"
    )
    parser.add_argument(
        "--repeats", type=int, default=Options().repeats, help="whole processes (default %(default)s)"
    )
    given = parser.parse_args()
    unknown = [name for name in given.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section is called {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    options = Options(rows=given.rows, pairs=given.pairs, repeats=given.repeats)
    report = Report(options.folder / "report.md")
    surroundings(report, ROOT)
    for name in [name for name in SECTIONS if not given.sections or name in given.sections]:
        report.heading(SECTIONS[name])
        started = perf_counter()
        try:
            importlib.import_module(f"sections.{name}").measure(report, options)
        except Exception:  # noqa: BLE001 - the other sections still run
            report.failed.append(name)
            report.block(traceback.format_exc())
        report.say(f"\nThis section took {perf_counter() - started:.0f} s.")
        report.save()
    report.summary()
    report.save()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
