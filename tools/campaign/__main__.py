"""`python -m tools.campaign 60`: ask for 60 minutes, then say what was reached and what was found."""

import argparse
import json
import os
import sys
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.campaign.coverage import TIMES, cells  # noqa: E402
from tools.campaign.journal import Tally, read  # noqa: E402
from tools.campaign.work import Share, work  # noqa: E402

FOLDER = ROOT / "build" / "campaign"
SHOWN = 40


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, help="0: say what was found so far")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", default="duckdb,sqlite,postgres")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    state = ROOT / "build" / "engines" / "postgres.json"
    url = json.loads(state.read_text(encoding="utf-8"))["url"] if state.is_file() else None
    engines = tuple(engine for engine in given.engines.split(",") if engine != "postgres" or url)
    until = monotonic() + given.minutes * 60
    if given.minutes:
        shares = [
            Share(seed=given.seed, worker=worker, workers=given.workers, engines=engines, url=url, folder=FOLDER, until=until)
            for worker in range(given.workers)
        ]  # fmt: skip
        running = [get_context("spawn").Process(target=work, args=(share,)) for share in shares]
        for process in running:
            process.start()
        for process in running:
            process.join()
        if any(process.exitcode for process in running):
            return 2
    tally = read(FOLDER, given.seed)
    _print(tally, engines)
    return int(bool(tally.differences or tally.coverage.unreached(TIMES)))


def _print(tally: Tally, engines: tuple[str, ...]) -> None:
    unreached = tally.coverage.unreached(TIMES)
    for cell in unreached[:SHOWN]:
        print(f"asked {tally.coverage.counts[cell]} times: " + " · ".join(cell))
    if len(unreached) > SHOWN:
        print(f"and {len(unreached) - SHOWN} cells more")
    for found in tally.differences:
        print(f"differs  {found.query}  (data set {found.number}, today {found.today}): {found.said}")
    never = sum(not tally.coverage.counts[cell] for cell in unreached)
    print(f"\n{tally.questions} questions of {len(tally.sets)} data sets on {', '.join(engines)}: "
          + ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common()))  # fmt: skip
    print("refused: " + ", ".join(f"{code} {count}" for code, count in tally.codes.most_common()))
    print(f"cells: {len(list(cells()))}, never reached {never}, fewer than {TIMES} times {len(unreached)}")
    rate = tally.comparisons / tally.seconds if tally.seconds else 0.0
    print(f"comparisons: {tally.comparisons} ({rate:.0f} a second for each worker)")
    print(f"distinct shapes of plans: {len(tally.shapes)}")
    print(f"differences: {len(tally.differences)}{_by_construct(tally)}")


def _by_construct(tally: Tally) -> str:
    found = Counter(name for d in tally.differences for chain in d.constructs for name in chain)
    return "".join(f", {name} {count}" for name, count in found.most_common(8))


if __name__ == "__main__":
    sys.exit(main())
