"""Puts mistakes into the source, one at a time, and sees whether the tests find them: `make faults`.

A fault (tests/faults/*.toml) is a kind of mistake at a place: a text of a file, and the text to put there. It is tried as the
changes of `make mutants` are. One that stays green is a hole in the suite.
"""

import argparse
import ast
import sys
import tomllib
from collections.abc import Iterator

from attrs import frozen

from tools import ROOT, SOURCE
from tools.changed_places import Place, column_of, place_of
from tools.trying import Trial, told_of, try_all

FAULTS = ROOT / "tests" / "faults"
RESULTS = ROOT / "build" / "faults"


@frozen(kw_only=True)
class Fault:
    """A mistake at a place."""

    topic: str
    kind: str
    file: str
    was: str
    now: str

    @property
    def text(self) -> str:
        """The file as it is."""
        return (SOURCE / self.file).read_text(encoding="utf-8")

    @property
    def changed(self) -> str:
        """The file with the mistake."""
        return self.text.replace(self.was, self.now)

    @property
    def trial(self) -> Trial:
        """The mistake as it is tried: its place is what differs, with the statements around its ends."""
        text, changed = self.text, self.changed
        first = next(at for at, (a, b) in enumerate(zip(text, changed, strict=False)) if a != b)
        after = enumerate(zip(reversed(text[first:]), reversed(changed[first:]), strict=False))
        shorter = min(len(text), len(changed)) - first
        same = next((at for at, (a, b) in after if a != b), shorter)
        tree, ends = ast.parse(text), []
        for at in (first, max(first, len(text) - same - 1)):
            written = len(text[: at + 1].rstrip()) - 1  # a statement has no place in the blanks around it
            line = text.count("\n", 0, written) + 1
            ends.append(place_of(tree, line, column_of(text, written)))
        called = all(end.called for end in ends)
        place = Place(ends[0].first, max(end.last for end in ends), called=called)
        return Trial(
            name=f"{self.kind}: {self.file}: {self.was.strip()} -> {self.now.strip()}",
            kind=self.topic,
            file=self.file,
            line=place.first,
            was=text,
            now=changed,
            place=place,
        )


def read_faults() -> Iterator[Fault]:
    """All faults, by file and in order."""
    for path in sorted(FAULTS.glob("*.toml")):
        for said in tomllib.loads(path.read_text(encoding="utf-8")).get("fault", ()):
            yield Fault(topic=path.stem, **said)


def main() -> int:
    """Go through the faults; 1 if one of them is not found."""
    told = told_of(argparse.ArgumentParser(description=__doc__))
    faults = list(read_faults())
    trials = [fault.trial for fault in faults]
    journal = try_all(trials, told, RESULTS)
    missed = [trial for trial in trials if told.only in trial.name and not journal.red(trial)]
    for trial in missed:
        print(f"MISSED {trial.line}: {trial.title}")
    print(f"{len(trials)} faults of {len({f.kind for f in faults})} kinds, {len(missed)} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
