"""Asks every case of tests/cases on every engine that is at hand, and prints a table: engine × what became of the cases.

    python tools/every_engine.py [ENGINE …] [--only PART]

An answer that differs from the rows of the case, an error of an engine and an exception are failures. A case may be refused
where the lowering table says so: with the problem D601, told when the question is compiled. With CI=true in the environment an
engine that is missing is a failure too.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import define, field

from metricdsl.diagnostics import Severity
from metricdsl.testing.cases import Case, Step, case_paths, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import ENGINES, Bench, at_hand, holds

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
STATES = ROOT / "build" / "engines"
SERVERS = ("postgres", "mariadb")
"""Engines that are servers: their URLs are where `make engines` writes them, or in METRICDSL_POSTGRES_URL and its like."""
REFUSALS = frozenset({"D601"})


@define
class Counted:
    """What became of the cases of one engine; `failed` are places of cases and what was wrong."""

    agreed: int = 0
    refused: int = 0
    left_out: int = 0
    failed: list[str] = field(factory=list)
    seconds: float = 0.0

    @property
    def row(self) -> tuple[str, ...]:
        return (
            *map(str, (self.agreed, self.refused, self.left_out, len(self.failed))),
            f"{self.seconds:.0f} s",
        )


def steps(only: str) -> Iterator[tuple[str, Case, Step]]:
    """All questions of cases that have an answer, by their places."""
    for path in case_paths(CASES):
        place = path.relative_to(CASES).with_suffix("").as_posix()
        if only in place:
            for case in read_case_file(path).cases:
                yield from ((f"{place}:{s.line}", case, s) for s in case.steps if s.expect is not None)


def ask(engine: str, bench: Bench, only: str) -> Counted:
    """Ask one engine all of them."""
    counted = Counted()
    begun = time.monotonic()
    for place, case, step in steps(only):
        if not holds(engine, case.tables):
            counted.left_out += 1
            continue
        answer = bench.ask(engine, case.files, case.tables, step.query or "", step.settings)
        errors = [p for p in answer.problems if p.severity is Severity.ERROR]
        assert step.expect is not None
        if errors and {p.code for p in errors} <= REFUSALS:
            counted.refused += 1
        elif errors:
            said = getattr(errors[0], "detail", "")  # the engine's own words
            counted.failed.append(" ".join(f"{place}: {errors[0].code} {errors[0].message()} {said}".split()))
        elif found := differences(answer.columns, answer.rows, step.expect.columns, step.expect.rows):
            counted.failed.append(f"{place}: {step.query}: {found[0]}")
        else:
            counted.agreed += 1
    counted.seconds = time.monotonic() - begun
    return counted


def url_of(server: str) -> str | None:
    """The URL of a server that `make engines` started, or that the environment names; None where there is none."""
    told = os.environ.get(f"METRICDSL_{server.upper()}_URL")
    state = STATES / f"{server}.json"
    if told or not state.is_file():
        return told
    return str(json.loads(state.read_text(encoding="utf-8"))["url"])


def table(found: Mapping[str, Counted | None]) -> str:
    """The table that is printed."""
    rows: list[tuple[str, ...]] = [("engine", "agree", "refused", "no such type", "failed", "took")]
    rows += [(name, *(("not at hand",) if one is None else one.row)) for name, one in found.items()]
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=False)) for row in rows)


def main(arguments: list[str]) -> int:
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    named = [a for a in arguments if a in ENGINES] or list(ENGINES)
    found: dict[str, Counted | None] = {}
    urls = {server: url_of(server) for server in SERVERS}
    for engine in named:
        if not at_hand(engine) or (engine in SERVERS and urls[engine] is None):
            found[engine] = None
            continue
        with Bench(urls["postgres"], mariadb_url=urls["mariadb"]) as bench:
            found[engine] = ask(engine, bench, only)
        for line in ((one := found[engine]) and one.failed) or ():
            print(f"{engine}: {line}")
    print(table(found))
    missing = [name for name, one in found.items() if one is None]
    if missing:
        print(f"not at hand: {', '.join(missing)} (make engines)")
    failed = any(one is not None and one.failed for one in found.values())
    return int(failed or bool(missing and os.environ.get("CI") == "true"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
