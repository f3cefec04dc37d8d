"""Changes one place of the planner, the checker or the lowering, and sees whether a test turns red: `make mutants`.

The places are a sample that a seed draws, the same number from each part (stratum). What survives is printed with its change;
`--journal FILE` keeps what came out, and goes on from there the next time.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from random import Random
from statistics import NormalDist

from attrs import frozen

from tools.changes import changes
from tools.mistakes import SOURCE, Copy, copied

STRATA = {"planner": ("plan",), "checker": ("analysis",), "lowering": ("sql", "builtins")}
OF_DOCUMENTS = frozenset({"builtins/reference.py"})
SECONDS = 900
"""Tests that a change makes take longer than this are red: it is many times what they take."""

CASES = "tests/test_cases.py -k 'test_engine and duckdb'"
CHECKS = "tests/cases/problems tests/analysis tests/golden"
PIECES = "tests/plan tests/sql tests/builtins tests/engines"
LAWS = "tests/laws tests/matrix tests/catalogue/test_catalogue.py"
OTHERS = "tests/test_cases.py -k 'not duckdb'"
STAGES = {
    "planner": (CASES, PIECES, CHECKS, LAWS, OTHERS),
    "checker": (CHECKS, CASES, LAWS, OTHERS),
    "lowering": (PIECES, CASES, OTHERS, LAWS, CHECKS),
}


@frozen(kw_only=True)
class Mutant:
    """A file with one place changed; `said` is the line before and after."""

    stratum: str
    file: str
    line: int
    kind: str
    was: str
    now: str
    text: str

    @property
    def name(self) -> str:
        """What tells it from others as long as the file does not change above it."""
        return f"{self.file}:{self.line} {self.kind}: {self.was} -> {self.now}"


def mutants_of(stratum: str) -> Iterator[Mutant]:
    """All places of a stratum that can be changed."""
    for folder in STRATA[stratum]:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            if path.relative_to(SOURCE).as_posix() in OF_DOCUMENTS:
                continue
            text = path.read_text(encoding="utf-8")
            for change in changes(text):
                yield Mutant(
                    stratum=stratum,
                    file=path.relative_to(SOURCE).as_posix(),
                    line=change.line,
                    kind=change.kind,
                    was=change.was,
                    now=change.now,
                    text=change.made_to(text),
                )


def sampled(number: int, seed: int) -> list[Mutant]:
    """So many places, as evenly over the strata as can be, in an order in which every beginning is a sample too."""
    drawn = []
    for stratum in STRATA:
        places = list(mutants_of(stratum))
        Random(f"{seed} {stratum}").shuffle(places)  # noqa: S311 - a sample, no secret
        drawn.append(places)
    turns = (place for turn in zip(*drawn, strict=False) for place in turn)
    return [place for place, _ in zip(turns, range(number), strict=False)]


def killed_by(mutant: Mutant, copy: Copy) -> str:
    """The tests that turned red; empty where all stayed green."""
    for tests in STAGES[mutant.stratum]:
        if copy.red(mutant.file, mutant.text, tests, seconds=SECONDS):
            return tests
    return ""


def all_green(copy: Copy) -> None:
    """Ends here where tests are red without any change: whatever they were to kill would count as killed."""
    for tests in dict.fromkeys(tests for stages in STAGES.values() for tests in stages):
        file = "plan/build.py"
        if copy.red(file, (SOURCE / file).read_text(encoding="utf-8"), tests, seconds=SECONDS):
            raise SystemExit(f"red without a change: pytest {tests}")


def wilson(killed: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = NormalDist().inv_cdf(0.975)
    share, more = killed / of, z * z / of
    centre = (share + more / 2) / (1 + more)
    half = z / (1 + more) * (share * (1 - share) / of + more / (4 * of)) ** 0.5
    return centre - half, centre + half


def summary(outcomes: Sequence[tuple[Mutant, str]]) -> str:
    """A line for each stratum and one for all."""
    lines = []
    for title, part in (
        *((s, [o for o in outcomes if o[0].stratum == s]) for s in STRATA),
        ("all", outcomes),
    ):
        if part:
            killed = sum(bool(tests) for _, tests in part)
            low, high = wilson(killed, len(part))
            lines.append(
                f"{title:9} {killed:4} of {len(part):4} killed: {killed / len(part):.1%} ({low:.1%} to {high:.1%})"
            )
    return "\n".join(lines)


def main() -> int:
    """Go through the sample; 1 if less than nine tenths of it are killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=400, help="how many places (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (default %(default)s)")
    parser.add_argument("--minutes", type=float, help="begin no other place after so long")
    parser.add_argument("--workers", type=int, default=1, help="places at a time (default %(default)s)")
    parser.add_argument("--journal", type=Path, help="what came out so far, a line of JSON for each place")
    given = parser.parse_args()
    until = None if given.minutes is None else time.monotonic() + 60 * given.minutes
    known: dict[str, str] = {}
    if given.journal is not None and given.journal.exists():
        lines = given.journal.read_text(encoding="utf-8").splitlines()
        known = {said["mutant"]: said["killed_by"] for said in map(json.loads, lines)}
    sample = sampled(given.number, given.seed)
    outcomes: list[tuple[Mutant, str]] = []
    copies: SimpleQueue[Copy] = SimpleQueue()

    def judged(mutant: Mutant) -> tuple[Mutant, str] | None:
        if mutant.name in known:
            return mutant, known[mutant.name]
        if until is not None and time.monotonic() > until:
            return None
        copy, began = copies.get(), time.monotonic()
        try:
            tests = killed_by(mutant, copy)
        finally:
            copies.put(copy)
        word = "killed" if tests else "SURVIVED"
        print(f"{word:8} {time.monotonic() - began:5.0f} s  {mutant.name}", flush=True)
        if given.journal is not None:
            with given.journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps({"mutant": mutant.name, "killed_by": tests}) + "\n")
        return mutant, tests

    with copied() as first, copied() as second, ThreadPoolExecutor(min(given.workers, 2)) as pool:
        all_green(first)
        for copy in (first, second):
            copies.put(copy)
        outcomes = [outcome for outcome in pool.map(judged, sample) if outcome is not None]
    print(summary(outcomes))
    killed = sum(bool(tests) for _, tests in outcomes)
    return 0 if outcomes and killed >= 0.9 * len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
