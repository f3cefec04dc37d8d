"""`make matrix`: every construct inside every other, in every shape of a query, against the reference evaluator.

It prints a table for each shape: `.` where all engines agree with the reference evaluator, the code's letter where a cell is refused,
`!` where something differs, `?` where only the reference evaluator refuses. With MINUTES it asks cells in a random order (SEED) until the time is up.
"""

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from metricdsl.testing.engines import Bench  # noqa: E402
from tests.matrix.grid import CONSTRUCTS, SHAPES, TODAYS, Cell, cells  # noqa: E402
from tests.matrix.judging import (  # noqa: E402
    AGREES,
    DIFFERS,
    REFUSED,
    UNJUDGED,
    Verdict,
    explained,
    judged,
)

SIGNS = {AGREES: ".", DIFFERS: "!", UNJUDGED: "?"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long; 0: ask every cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", default="duckdb,sqlite,postgres")
    given = parser.parse_args()
    asked = list(cells())
    if given.minutes:
        random.Random(given.seed).shuffle(asked)  # noqa: S311 - nothing is secret here
    asked.sort(key=lambda cell: TODAYS.index(cell.today))  # a project is opened once for each day
    if given.minutes:
        asked = [cell for cell in asked if cell.today == TODAYS[given.seed % len(TODAYS)]]
    state = ROOT / "build" / "engines" / "postgres.json"
    url = json.loads(state.read_text(encoding="utf-8"))["url"] if state.is_file() else None
    engines = [engine for engine in given.engines.split(",") if engine != "postgres" or url]
    found = _ask(asked, engines, url, given.minutes)
    _print(found)
    wrong = any(verdict.outcome in {DIFFERS, UNJUDGED} for verdict in found.values())
    codes = {verdict.said for verdict in found.values() if verdict.outcome == REFUSED}
    unexplained = sorted(code for code in codes if not explained(code))
    if unexplained:
        print(f"refused without numbers that show why: {', '.join(unexplained)}")
    return int(wrong or bool(unexplained) or (not given.minutes and len(found) < len(asked)))


def _ask(asked: list[Cell], engines: list[str], url: str | None, minutes: float) -> dict[Cell, Verdict]:
    found: dict[Cell, Verdict] = {}
    started = monotonic()
    with Bench(url) as bench:
        for cell in asked:
            if minutes and monotonic() - started > minutes * 60:
                break
            found[cell] = judged(cell, bench, engines)
            if found[cell].outcome in {DIFFERS, UNJUDGED}:
                print(
                    f"{found[cell].outcome}  {cell.query}  ({cell.leaf}, today {cell.today}): {found[cell].said}",
                    flush=True,
                )
    return found


def _print(found: dict[Cell, Verdict]) -> None:
    by_place = {(cell.shape, cell.outer, cell.inner): verdict for cell, verdict in found.items()}
    for shape in SHAPES:
        print(f"\n{shape}: {SHAPES[shape] or 'without groups'}")
        for number, outer in enumerate(CONSTRUCTS, 1):
            signs = [_sign(by_place.get((shape, outer, inner))) for inner in CONSTRUCTS]
            print(f"{number:3} {outer:26} {''.join(signs)}")
    counts = Counter(verdict.outcome for verdict in found.values())
    codes = Counter(verdict.said for verdict in found.values() if verdict.outcome == REFUSED)
    print(
        f"\n{len(found)} cells: "
        + ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    )
    print("refused: " + ", ".join(f"{code} {number}" for code, number in codes.most_common()))


def _sign(verdict: Verdict | None) -> str:
    if verdict is None:
        return " "
    return SIGNS.get(verdict.outcome) or verdict.said[:1]


if __name__ == "__main__":
    sys.exit(main())
