"""One worker of a campaign: data set after data set, each asked many questions."""

import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import monotonic

from attrs import frozen

from metricdsl.testing.engines import Bench
from tests.matrix.judging import documents, files
from tools.campaign.asking import AGREES, DIFFERS, REFUSED, Asked, Came, came
from tools.campaign.coverage import TIMES, Coverage
from tools.campaign.journal import Difference, Tally, read, written
from tools.campaign.questions import Column, Pair, Question, asked, leaf_for
from tools.campaign.rows import TRAITS, DataSet, data_set

QUESTIONS = 150
"""So many are asked of a data set: loading its tables and reading the definitions over them takes a second."""


@frozen(kw_only=True)
class Share:
    """A worker's part: of all data sets, those whose number leaves `worker` over when divided by `workers`."""

    seed: int
    worker: int
    workers: int
    engines: Sequence[str]
    url: str | None
    folder: Path
    until: float


def work(share: Share) -> None:
    """Ask data set after data set until the time is over; a line of the journal for each."""
    before = read(share.folder, share.seed)
    coverage = Coverage(before.coverage.counts)
    number = share.worker
    path = share.folder / f"{share.seed}-{share.worker}.jsonl"
    parent = os.getppid()
    while monotonic() < share.until and os.getppid() == parent:  # who is stopped stops its workers
        if number not in before.sets:
            tally = _asked_of(data_set(share.seed, number), coverage, share)
            coverage.counts.update(tally.coverage.counts)
            with path.open("a", encoding="utf-8") as journal:
                journal.write(written(number, tally) + "\n")
        number += share.workers


def _asked_of(data: DataSet, coverage: Coverage, share: Share) -> Tally:
    """What came of one data set."""
    tally = Tally()
    started = monotonic()
    rng = Random(f"{share.seed}:{data.number}:questions")  # noqa: S311 - nothing is secret here
    times = -(-TIMES // share.workers)
    wanting = coverage.wanting(times)
    while not wanting:  # all cells are reached: once more round
        times *= 2
        wanting = coverage.wanting(times)
    with Bench(share.url) as bench:
        for _ in range(QUESTIONS):
            if monotonic() >= share.until:
                break
            groups, empty = rng.choice(list(wanting))
            pairs = wanting[groups, empty]
            columns = coverage.columns(rng, rng.choice(pairs), groups, pairs)
            _ask(asked(rng, columns, groups, empty=empty), rng, data, tally, bench, share)
    tally.seconds = monotonic() - started
    return tally


def _ask(question: Question, rng: Random, data: DataSet, tally: Tally, bench: Bench, share: Share) -> None:
    found = _came(question, data, bench, share)
    count(tally, question, found, data, share)
    if found.outcome == REFUSED and not _alone(question):
        # Which of its constructs is refused is found by asking the first of its pairs alone.
        pair = question.columns[0].constructs[:2]
        alone = asked(rng, (Column(pair, leaf_for(rng, pair)),), question.groups, empty=question.empty)
        count(tally, alone, _came(alone, data, bench, share), data, share)


def _came(question: Question, data: DataSet, bench: Bench, share: Share) -> Came:
    return came(asked_of(data, question.text), bench, share.engines)


def asked_of(data: DataSet, query: str) -> Asked:
    """A query, of a data set."""
    return Asked(files=files(), documents=documents(), tables=data.tables, query=query, today=data.today)


def _alone(question: Question) -> bool:
    return len(question.columns) == 1 and len(question.columns[0].constructs) <= 2


def count(tally: Tally, question: Question, found: Came, data: DataSet, share: Share) -> None:
    """Take note of what came of a question."""
    tally.questions += 1
    tally.comparisons += found.comparisons
    tally.outcomes[found.outcome] += 1
    if found.shape:
        tally.shapes.add(found.shape)
    if found.outcome == REFUSED:
        tally.codes[found.said] += 1
    if found.outcome == DIFFERS:
        constructs = tuple(column.constructs for column in question.columns)
        tally.differences.append(
            Difference(share.seed, data.number, question.text, data.today, found.said, constructs)
        )
    if found.outcome == AGREES or (found.outcome == REFUSED and _alone(question)):
        for column in question.columns:
            pairs: tuple[Pair, ...] = column.pairs
            tally.coverage.add(pairs, question.groups, _traits(question, data, column))


def _traits(question: Question, data: DataSet, column: Column) -> frozenset[str]:
    """What is special of the rows that a column is asked of; where there are none, nothing else is."""
    found = data.traits[column.home] if column.home in data.traits else frozenset(TRAITS)
    return found | {"empty"} if question.empty else found
