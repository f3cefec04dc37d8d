"""Puts mistakes into a copy of the source, one at a time, and sees whether the suite finds them: `make faults`.

A fault (tests/faults/*.toml) is a kind of mistake at a place: a text of a file, the text to put there, and what must turn red:
`cases`, parts of the names of case files, asked on DuckDB (or `engine`), or `tests`, arguments of pytest. One that stays green is a hole in the suite.
"""

import argparse
import sys
import time
import tomllib
from collections.abc import Iterator

from attrs import frozen

from tools.mistakes import ROOT, SOURCE, Copy, NotRun, copied

FAULTS = ROOT / "tests" / "faults"


@frozen(kw_only=True)
class Fault:
    """A mistake at a place."""

    topic: str
    kind: str
    file: str
    was: str
    now: str
    tests: str
    cases: str = ""

    @property
    def text(self) -> str:
        """The file as it is."""
        return (SOURCE / self.file).read_text(encoding="utf-8")

    @property
    def changed(self) -> str:
        """The file with the mistake."""
        return self.text.replace(self.was, self.now)


def read_faults() -> Iterator[Fault]:
    """All faults, by file and in order."""
    for path in sorted(FAULTS.glob("*.toml")):
        for said in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]:
            engine = said.pop("engine", "duckdb")
            said.setdefault("tests", f"tests/test_cases.py -k 'test_engine and {engine}'")
            yield Fault(topic=path.stem, **said)


def found(fault: Fault, copy: Copy) -> bool:
    """Whether the tests fail with the mistake in a copy of the source."""
    cases = ",".join(part.strip() for part in fault.cases.split(" or "))
    try:
        return copy.red(fault.file, fault.changed, fault.tests, cases=cases)
    except NotRun as said:
        raise SystemExit(f"{fault.kind}: pytest {fault.tests}\n{said}") from None


def main() -> int:
    """Go through the faults; 1 if one of them is not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose kind, file or topic has this text")
    chosen = parser.parse_args().only
    missed = 0
    faults = [f for f in read_faults() if chosen in f"{f.topic} {f.kind} {f.file}"]
    with copied() as copy:
        for fault in faults:
            began = time.monotonic()
            seen = found(fault, copy)
            missed += not seen
            word = "found" if seen else "MISSED"
            print(f"{word:7} {time.monotonic() - began:5.0f} s  {fault.kind}: {fault.file}", flush=True)
    print(f"{len(faults)} faults of {len({f.kind for f in faults})} kinds, {missed} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
