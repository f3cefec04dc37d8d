"""Changes one place of the planner, the checker or the lowering, and sees whether a test turns red: `make mutants`.

The places are a sample that a seed draws, the same number from each part (stratum). One run of the tests says which of them
reach a place; only those are asked, in forks of a pytest that has collected them all (tools/warm_tests.py), the near tests
first. A journal keeps what came out, and the next run goes on from there; `--again` asks again about those that survived.
What changes nothing that anybody could see stands with its reason in tools/equivalent.toml.
"""

import argparse
import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from statistics import NormalDist

from tools import ROOT, SOURCE
from tools.changed_places import column_of, place_of
from tools.changes import changes
from tools.trying import Trial, told_of, try_all

STRATA = {"planner": ("plan",), "checker": ("analysis",), "lowering": ("sql", "builtins")}
OF_DOCUMENTS = frozenset({"builtins/reference.py"})
MUTANTS = ROOT / "build" / "mutants"
EQUIVALENT = ROOT / "tools" / "equivalent.toml"


def mutants_of(stratum: str) -> Iterator[Trial]:
    """All places of a stratum that can be changed."""
    for path in (path for folder in STRATA[stratum] for path in sorted((SOURCE / folder).rglob("*.py"))):
        file = path.relative_to(SOURCE).as_posix()
        if file not in OF_DOCUMENTS:
            yield from _mutants_of_file(stratum, file, path.read_text(encoding="utf-8"))


def _mutants_of_file(stratum: str, file: str, text: str) -> Iterator[Trial]:
    tree, lines = ast.parse(text), text.splitlines()
    seen: Counter[str] = Counter()
    for change in changes(text):
        said = f"{file}: {lines[change.line - 1].strip()} | {change.kind}: {change.was} -> {change.now}"
        seen[said] += 1
        yield Trial(
            name=said if seen[said] == 1 else f"{said} ({seen[said]})",
            kind=stratum,
            file=file,
            line=change.line,
            was=text,
            now=change.made_to(text),
            place=place_of(tree, change.line, column_of(text, change.start)),
        )


def sampled(number: int, seed: int) -> list[Trial]:
    """So many places, as evenly over the strata as can be, in an order in which every beginning is a sample too.

    Each place has its lot of its own: what is written or deleted elsewhere does not change the others'.
    """
    drawn = [
        sorted(mutants_of(stratum), key=lambda mutant: sha256(f"{seed} {mutant.name}".encode()).digest())
        for stratum in STRATA
    ]
    turns = (place for turn in zip(*drawn, strict=False) for place in turn)
    return [place for place, _ in zip(turns, range(number), strict=False)]


def without_effect() -> Mapping[str, str]:
    """The names of the changes that nobody can see, each with the reason."""
    if not EQUIVALENT.exists():
        return {}
    said = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    return {name: group["why"] for group in said for name in group["mutants"]}


def wilson(killed: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = NormalDist().inv_cdf(0.975)
    share, more = killed / of, z * z / of
    centre = (share + more / 2) / (1 + more)
    half = z / (1 + more) * (share * (1 - share) / of + more / (4 * of)) ** 0.5
    return centre - half, centre + half


def summary(sample: Sequence[Trial], killed: Callable[[Trial], bool], explained: Mapping[str, str]) -> str:
    """A line for each stratum and one for all."""
    lines = []
    for title, part in (*((s, [m for m in sample if m.kind == s]) for s in STRATA), ("all", sample)):
        if part:
            dead = sum(map(killed, part))
            same = sum(m.name in explained and not killed(m) for m in part)
            low, high = wilson(dead, len(part))
            lines.append(
                f"{title:9} {dead:4} of {len(part):4} killed: {dead / len(part):.1%} ({low:.1%} to {high:.1%});"
                f" {same} change nothing, {len(part) - dead - same} survive"
            )
    return "\n".join(lines)


def main() -> int:
    """Go through the sample; 1 if less than nine tenths of it are killed, or a survivor is not explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=400, help="how many places (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (default %(default)s)")
    told = told_of(parser)
    sample, explained = sampled(told.number, told.seed), without_effect()
    journal = try_all(sample, told, MUTANTS, explained)
    asked = [mutant for mutant in sample if journal.knows(mutant) or mutant.name in explained]
    for mutant in asked:
        if not journal.red(mutant) and mutant.name not in explained:
            print(f"survives: {mutant.line}: {mutant.title}")
    print(summary(asked, journal.red, explained))
    return 0 if asked and sum(map(journal.red, asked)) >= 0.9 * len(asked) else 1


if __name__ == "__main__":
    sys.exit(main())
