"""Tries changes of the source: which tests reach each, and whether one of them turns red.

One run of the tests, traced, says which of them reach a changed place. Only those are asked, in forks of a pytest that has
collected them all (tools/warm_tests.py), the near tests first.
"""

import argparse
import json
import os
import shlex
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from attrs import asdict, define, evolve, field, frozen

from tools import SOURCE
from tools.changed_places import Place
from tools.reaching import Reaching
from tools.swapping import swap
from tools.warm_tests import ARGUMENTS, Traced, Verdict, WarmTests

PIECES = "tests/builtins tests/plan/test_walk.py tests/sql tests/golden tests/analysis tests/cases/problems"
STAGES = {
    "near": f"{PIECES} tests/test_cases.py -k 'not (test_reference or sqlite or postgres)'",
    "far": "tests/test_cases.py tests/plan/test_rewrites.py tests/engines tests/engine tests/catalogue tests/meta tests/plugins tests/laws/test_edits.py"
    " -k '(test_cases and sqlite) or not (test_cases or postgres)'",
    "farthest": "tests/test_cases.py tests/laws tests/matrix tests/usability tests/tpch tests/test_docs.py"
    " -k '(test_cases and postgres) or not test_cases'",
}
"""Which tests are asked (arguments of pytest), the quick ones first."""
AT_IMPORT = {"near": (PIECES, "tests/test_cases.py -k 'test_engine and duckdb'"), "far": (), "farthest": ()}
"""The same for what is changed in a module's own lines, which no function's exchange can change."""


@frozen(kw_only=True)
class Trial:
    """A file with another text, of which `place` differs."""

    name: str
    kind: str
    file: str  # below SOURCE
    line: int
    was: str = field(repr=False)
    now: str = field(repr=False)
    place: Place

    @property
    def title(self) -> str:
        """The name on one line."""
        return " ".join(self.name.split())

    @property
    def path(self) -> Path:
        """The file that is changed."""
        return SOURCE / self.file

    @property
    def module(self) -> str:
        """The name under which it is imported."""
        return "metricdsl." + self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@define
class Journal:
    """What came out so far, a line of JSON for each trial and stage; the last word of a stage counts."""

    path: Path
    _known: dict[str, dict[str, Mapping[str, object]]] = field(factory=dict, init=False)

    def read(self) -> "Journal":
        """As the file is now."""
        self._known.clear()
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            said = json.loads(line)
            self._known.setdefault(said["name"], {})[said["stage"]] = said
        return self

    def add(self, trial: Trial, said: Mapping[str, object]) -> None:
        """One more line."""
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps({"name": trial.name, **said}) + "\n")

    def knows(self, trial: Trial, stage: str | None = None) -> bool:
        """Whether it was tried, at all or in a stage."""
        known = self._known.get(trial.name, {})
        return stage in known if stage else bool(known)

    def red(self, trial: Trial) -> bool:
        """Whether a test turned red."""
        return any(said["red"] for said in self._known.get(trial.name, {}).values())


@frozen(kw_only=True)
class Stage:
    """Some trials and the tests that are to kill them."""

    name: str
    trials: Sequence[Trial]
    left: Container[Trial]  # those that are to be tried
    seconds: float  # of tests that a trial is worth
    until: float
    journal: Journal
    retrace: str | None

    def run(self) -> None:
        """In a process of its own, as nothing of ours may be imported yet."""
        import pytest

        early = Reaching(self._places())
        early.begin()
        tests = shlex.split(STAGES[self.name])
        modules = sorted({trial.module for trial in self.trials})
        ended = pytest.main([*ARGUMENTS, *tests], plugins=[WarmTests(self.go_through, early, modules)])
        if ended not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            raise SystemExit(f"pytest {STAGES[self.name]}: {ended}")

    def _places(self) -> Mapping[str, Sequence[tuple[int, Place]]]:
        found: dict[str, list[tuple[int, Place]]] = {}
        for number, trial in enumerate(self.trials):
            if trial.place.called:
                found.setdefault(str(trial.path), []).append((number, trial.place))
        return found

    def go_through(self, warm: WarmTests) -> None:
        """Try each trial, and write down what came out."""
        traced = self._traced(warm)
        for test in traced.failed:
            print(f"red without a change, not asked: {test}", flush=True)
        green = set(warm.items) - set(traced.failed)
        alone: dict[str, bool] = {}
        for number, trial in enumerate(self.trials):
            if trial not in self.left or time.monotonic() > self.until:
                continue
            began = time.monotonic()
            if not trial.place.called or number in warm.at_import:
                verdict, asked, whole = self._anew(warm, trial), "all", True
            else:
                tests = _near_to(number, traced, warm, green)
                chosen = _worth(tests, traced.seconds, self.seconds)
                verdict = self._killed(warm, trial, chosen, traced, alone)
                asked, whole = f"{len(chosen)} of {len(tests)}", len(chosen) == len(tests)
            self._note(trial, verdict, asked, whole=whole, seconds=time.monotonic() - began)

    def _anew(self, warm: WarmTests, trial: Trial) -> Verdict:
        for tests in AT_IMPORT[self.name]:
            verdict = warm.run_anew(trial.module, trial.now, shlex.split(tests))
            if verdict.red:
                return verdict
        return Verdict()

    def _killed(
        self, warm: WarmTests, trial: Trial, tests: Sequence[str], traced: Traced, alone: dict[str, bool]
    ) -> Verdict:
        """The verdict, where the test that is red with the change is green by itself without it."""

        def change() -> bool:
            return swap(str(trial.path), trial.was, trial.now, warm.functions)

        left = list(tests)
        while left:
            try:
                verdict = warm.run(left, traced.seconds, change)
            except LookupError:
                return self._anew(warm, trial)
            if not verdict.red or verdict.why != "failed":
                return verdict
            name = verdict.test
            if name not in alone:
                alone[name] = not warm.run([name], traced.seconds, lambda: True).red
            if alone[name]:
                return verdict
            left = left[left.index(name) + 1 :]
        return Verdict()

    def _traced(self, warm: WarmTests) -> Traced:
        """What the tests reach: from a file, as far as an earlier run has traced these tests for these trials."""
        path = self.journal.path.with_name(f"{self.name}.json")
        old = Traced(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Traced()
        old = old.numbered([trial.name for trial in self.trials])
        again = {name for name in warm.items if self.retrace is not None and self.retrace in name}
        new = [n for n in warm.items if n not in old.reached or n in old.failed or n in again]
        if any(trial.name not in old.trials for trial in self.trials if trial.place.called):
            new = list(warm.items)
        if new:
            began = time.monotonic()
            old = old.and_(warm.trace(new, Reaching(self._places())))
            old = evolve(old, trials=[trial.name for trial in self.trials])
            path.write_text(json.dumps(asdict(old)), encoding="utf-8")
            print(f"\n{len(new)} tests traced in {time.monotonic() - began:.0f} s", flush=True)
        return old

    def _note(self, trial: Trial, verdict: Verdict, asked: str, *, whole: bool, seconds: float) -> None:
        word = "killed" if verdict.red else "SURVIVED" if whole else "alive"
        print(f"{word:8} {seconds:5.0f} s  {asked:>12}  {trial.line}: {trial.title}", flush=True)
        said = {"stage": self.name, "red": verdict.red, "test": verdict.test, "why": verdict.why}
        self.journal.add(trial, {**said, "asked": asked, "whole": whole})


def _near_to(number: int, traced: Traced, warm: WarmTests, green: set[str]) -> list[str]:
    """The tests that reach a place, or share a case or what is set up with one that does: the quickest of each file first,
    then one of each page.

    A project is opened once for all steps of a case, so that the later ones reach less than they rest on.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, item in warm.items.items():
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")  # type: ignore[attr-defined]
        page, title = getattr(case, "path", None), getattr(case, "title", None)
        group = (item.function.__name__, page, title) if page else (name, None, None)  # type: ignore[attr-defined]
        groups.setdefault(group, []).append(name)
    found: dict[
        str, object
    ] = {}  # each with what is much like it: the tests of a file, or those of a page of cases
    for (function, page, _), names in groups.items():
        if any(number in traced.reached.get(name, ()) for name in names):
            file = _file(names[0])
            found |= {name: (file, function, page) if page else file for name in names if name in green}
    quickest = _first_of_each(sorted(found, key=lambda name: traced.seconds.get(name, 1.0)), _file, 3)
    mixed = [name for name in found if name not in quickest]
    Random(number).shuffle(mixed)  # noqa: S311 - an order
    others = _first_of_each(mixed, found.__getitem__, 1)
    rest = [*others, *(name for name in mixed if name not in others)]
    return [*quickest, *_in_batches(rest, list(warm.items), traced.seconds)]


def _file(test: str) -> str:
    return test.partition("::")[0]


def _first_of_each(tests: Iterable[str], kind: Callable[[str], object], number: int) -> dict[str, None]:
    """The first so many of each kind."""
    seen: Counter[object] = Counter()
    first: dict[str, None] = {}
    for test in tests:
        seen[kind(test)] += 1
        if seen[kind(test)] <= number:
            first[test] = None
    return first


def _in_batches(tests: Sequence[str], order: Sequence[str], seconds: Mapping[str, float]) -> Iterator[str]:
    """Batches that take longer and longer, each in the order in which tests share what is set up."""
    at = {name: number for number, name in enumerate(order)}
    batch: list[str] = []
    long = left = 0.5
    for test in tests:
        batch.append(test)
        left -= seconds.get(test, 1.0)
        if left < 0:
            yield from sorted(batch, key=at.__getitem__)
            batch, long = [], 3 * long
            left = long
    yield from sorted(batch, key=at.__getitem__)


def _worth(tests: Sequence[str], seconds: Mapping[str, float], allowed: float) -> list[str]:
    """As many of the tests as take so long."""
    chosen: list[str] = []
    for test in tests:
        allowed -= seconds.get(test, 1.0)
        if allowed < 0 and chosen:
            break
        chosen.append(test)
    return chosen


# ---------------------------------------------------------------- the command line


def told_of(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What is told on the command line: the parser's own words, and those that all trials share."""
    parser.add_argument("--only", default="", help="changes whose name has this text")
    parser.add_argument("--minutes", type=float, default=600, help="begin no other change after so long")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of tests that a change is worth in a stage"
    )
    parser.add_argument("--stages", default="near far farthest", help="which tests (default %(default)s)")
    parser.add_argument("--again", action="store_true", help="ask again about those that survived")
    parser.add_argument(
        "--retrace", help="trace the tests again whose names have this text: what they read is another"
    )
    parser.add_argument("--anew", action="store_true", help="forget what came out so far")
    return parser.parse_args()


def try_all(
    trials: Sequence[Trial], told: argparse.Namespace, folder: Path, skip: Container[str] = ()
) -> Journal:
    """Try what the folder's journal does not know yet; `skip` are names of changes that are not tried."""
    until = time.monotonic() + 60 * told.minutes
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "journal.jsonl")
    if told.anew:
        for path in folder.iterdir():
            path.unlink()
    for name in told.stages.split():
        journal.read()
        left = {
            trial
            for trial in trials
            if told.only in trial.name and trial.name not in skip and not journal.red(trial)
            if told.again or not journal.knows(trial, name)
        }
        if left and time.monotonic() < until:
            stage = Stage(
                name=name,
                trials=trials,
                left=left,
                seconds=told.seconds,
                until=until,
                journal=journal,
                retrace=told.retrace,
            )
            _in_a_process_of_its_own(stage.run)
    return journal.read()


def _in_a_process_of_its_own(work: Callable[[], None]) -> None:
    child = os.fork()
    if child == 0:
        os.environ["CI"] = "true"
        try:
            work()
        except SystemExit as said:
            print(said, flush=True)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the tests could not be run")
