"""`make fuzz MINUTES=5`: damages the texts of the definitions, the corpus and the cases, and tries each result.

A text may be refused, never lead to an exception, a hang, or a problem without a place. What is found lies in
build/fuzz; the same seed and number give the same text. Ctrl-C ends it with its summary.
"""

import argparse
import sys
from pathlib import Path
from time import monotonic

from metricdsl.plugins import builtin_registry
from metricdsl.testing.cases import case_paths, read_case_file
from metricdsl.testing.fuzz import Campaign

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 12_000


def seeds() -> list[str]:
    """The texts to damage; longer ones would only make each trial slower."""
    files = [*(ROOT / "definitions").rglob("*.metric"), *(ROOT / "tests/syntax/corpus").glob("*.metric")]
    texts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    for path in case_paths(ROOT / "tests" / "cases"):
        texts += [file.text for case in read_case_file(path).cases for file in case.files]
    return [text for text in dict.fromkeys(texts) if text.strip() and len(text) <= LONGEST]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--only", metavar="KIND:NUMBER", help="one execution again")
    given = parser.parse_args()
    campaign = Campaign(seeds(), builtin_registry(), given.seed)
    print(f"{len(campaign.texts)} texts to damage, seed {given.seed}", flush=True)
    started = monotonic()
    try:
        if given.only:
            kind, _, number = given.only.partition(":")
            campaign.one(kind, int(number), given.keep)
        else:
            campaign.run(60 * given.minutes, lambda line: print(line, flush=True), given.keep)
    except KeyboardInterrupt:
        print("interrupted")
    print(campaign.summary(monotonic() - started))
    for finding in campaign.findings:
        print(f"\n{finding.kind}:{finding.number}\n{finding.said}")
    return 1 if campaign.findings else 0


if __name__ == "__main__":
    sys.exit(main())
