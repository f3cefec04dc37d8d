"""Asks every case of tests/cases on every engine that is at hand, and prints a table: engine × what became of the cases.

    python -m tools.every_engine [ENGINE …] [--only PART] [--jobs NUMBER]

An answer that differs from the rows of the case, an error of an engine and an exception are failures. A case may be refused
where the lowering table says so: with the problem D601, told when the question is compiled, of what the table refuses on this
engine. With CI=true in the environment an engine that is missing is a failure too. With `--jobs 2` two processes share the pages.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from attrs import define, field

from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problems.dialects import NotOnThisEngine
from metricdsl.plugins import builtin_registry
from metricdsl.spi.defs import AggregationDef, FunctionDef
from metricdsl.spi.lowering import Refused
from metricdsl.testing.cases import Case, Step, case_paths, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import ENGINES, Bench, at_hand, holds

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
STATES = ROOT / "build" / "engines"
SERVERS = ("postgres", "mariadb")
"""Engines that are servers: their URLs are where `make engines` writes them, or in METRICDSL_POSTGRES_URL and its like."""
SHARES = 8
"""So many shares the pages of an engine have where several processes ask: the slowest begins early, and the last is short."""
CLOCK, OF_CLOCKS = "instant.utc", "a clock of "
"""The operator without which an engine reads no instants, and how a refusal for want of it begins."""


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


def steps(only: str, share: int, shares: int) -> Iterator[tuple[str, Case, Step]]:
    """All questions of cases that have an answer, by their places; of each so many pages one."""
    for number, path in enumerate(case_paths(CASES)):
        place = path.relative_to(CASES).with_suffix("").as_posix()
        if only in place and number % shares == share:
            for case in read_case_file(path).cases:
                yield from ((f"{place}:{s.line}", case, s) for s in case.steps if s.expect is not None)


def refused(engine: str) -> frozenset[str]:
    """What the lowering table refuses on an engine."""
    registry = builtin_registry()
    definitions: tuple[FunctionDef | AggregationDef, ...] = (
        *registry.functions.values(),
        *registry.aggregations.values(),
    )
    of_functions = {d.name for d in definitions if isinstance(registry.row(d, engine), Refused)}
    own = registry.dialects[engine].overrides
    return frozenset(of_functions | {name for name, row in own.items() if isinstance(row, Refused)})


def is_listed(problem: Problem, known: frozenset[str]) -> bool:
    """Whether a problem is one of the refusals of the lowering table."""
    if not isinstance(problem, NotOnThisEngine):
        return False
    return (CLOCK if problem.function.startswith(OF_CLOCKS) else problem.function) in known


def asked(engine: str, only: str, share: int, shares: int) -> Counted:
    """Ask one engine a share of them, in a bench of its own."""
    with Bench(url_of("postgres"), mariadb_url=url_of("mariadb")) as bench:
        return ask(engine, bench, only, share, shares)


def ask(engine: str, bench: Bench, only: str, share: int = 0, shares: int = 1) -> Counted:
    """Ask one engine a share of them."""
    known = refused(engine)
    counted = Counted()
    begun = time.monotonic()
    for place, case, step in steps(only, share, shares):
        if not holds(engine, case.tables):
            counted.left_out += 1
            continue
        answer = bench.ask(engine, case.files, case.tables, step.query or "", step.settings)
        errors = [p for p in answer.problems if p.severity is Severity.ERROR]
        assert step.expect is not None
        if errors and all(is_listed(problem, known) for problem in errors):
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


def of_all(engines: list[str], only: str, jobs: int) -> dict[str, Counted]:
    """What became of the cases of each engine. Several processes begin with the engine that takes longest, the last one named."""
    if jobs < 2:
        return {engine: asked(engine, only, 0, 1) for engine in engines}
    found = {engine: Counted() for engine in engines}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        work = [
            (engine, pool.submit(asked, engine, only, share, SHARES))
            for engine, share in product(reversed(engines), range(SHARES))
        ]
        for engine, future in work:
            part, whole = future.result(), found[engine]
            whole.agreed += part.agreed
            whole.refused += part.refused
            whole.left_out += part.left_out
            whole.failed += part.failed
            whole.seconds += part.seconds
    return found


def main(arguments: list[str]) -> int:
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    jobs = int(arguments[arguments.index("--jobs") + 1]) if "--jobs" in arguments else 1
    named = [a for a in arguments if a in ENGINES] or list(ENGINES)
    missing = [e for e in named if not at_hand(e) or (e in SERVERS and url_of(e) is None)]
    asked_of = of_all([engine for engine in named if engine not in missing], only, jobs)
    for engine, counted in asked_of.items():
        for line in counted.failed:
            print(f"{engine}: {line}")
    print(table({engine: asked_of.get(engine) for engine in named}))
    if missing:
        print(f"not at hand: {', '.join(missing)} (make engines)")
    failed = any(counted.failed for counted in asked_of.values())
    return int(failed or bool(missing and os.environ.get("CI") == "true"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
