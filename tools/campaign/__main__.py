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

from metricdsl.testing.engines import Bench  # noqa: E402
from tests.matrix.judging import files  # noqa: E402
from tools.campaign.coverage import TIMES, cells  # noqa: E402
from tools.campaign.journal import Tally, read  # noqa: E402
from tools.campaign.rows import data_set  # noqa: E402
from tools.campaign.shrinking import Found, case_of, differs_on, shrunk  # noqa: E402
from tools.campaign.work import Share, work  # noqa: E402

FOLDER = ROOT / "build" / "campaign"
SHOWN = 40
WRITTEN = 10
"""So many differences become cases at most."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, help="0: say what was found so far")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", default="duckdb,sqlite,postgres")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--write", default=ROOT / "tests" / "cases" / "regress", help="where cases of differences are written"
    )
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
    _write(tally, engines, url, Path(given.write))
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


def _write(tally: Tally, engines: tuple[str, ...], url: str | None, folder: Path) -> None:
    """A case for each of the first differences, made as small as may be; what is expected in it is to be checked by hand."""
    for number, one in enumerate(tally.differences[:WRITTEN], 1):
        data = data_set(one.seed, one.number)
        whole = Found(files()[0].text, data.tables, one.query, data.today)
        with Bench(url) as bench:
            test = differs_on(bench, engines, one.said)
            if not test(whole):
                print(f"mended since  {one.query}")
                continue
            small = shrunk(whole, test)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"campaign-{one.seed}-{one.number}-{number}.md"
        path.write_text(case_of(small, f"Found in data set {one.number}", one.said), encoding="utf-8")
        print(f"written  {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


def _by_construct(tally: Tally) -> str:
    found = Counter(name for d in tally.differences for chain in d.constructs for name in chain)
    return "".join(f", {name} {count}" for name, count in found.most_common(8))


if __name__ == "__main__":
    sys.exit(main())
