"""What a campaign has done, a line for each data set: a campaign that was stopped goes on where it was."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define, field

from tools.campaign.coverage import Coverage, cells


@define
class Difference:
    """A question that two programs answer differently."""

    seed: int
    number: int
    query: str
    today: str
    said: str
    constructs: tuple[tuple[str, ...], ...]


@define
class Tally:
    """What has been found so far."""

    coverage: Coverage = field(factory=Coverage)
    sets: set[int] = field(factory=set)
    questions: int = 0
    comparisons: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(factory=Counter)
    codes: Counter[str] = field(factory=Counter)
    shapes: set[str] = field(factory=set)
    differences: list[Difference] = field(factory=list)


def written(number: int, tally: Tally) -> str:
    """What came of one data set as a line."""
    place = {cell: index for index, cell in enumerate(cells())}
    return json.dumps(
        {
            "set": number,
            "questions": tally.questions,
            "comparisons": tally.comparisons,
            "seconds": round(tally.seconds, 1),
            "outcomes": tally.outcomes,
            "codes": tally.codes,
            "shapes": sorted(tally.shapes),
            "cells": sorted([place[cell], count] for cell, count in tally.coverage.counts.items()),
            "differences": [
                [d.seed, d.number, d.query, d.today, d.said, d.constructs] for d in tally.differences
            ],
        }
    )


def read(folder: Path, seed: int) -> Tally:
    """All that the journals of a campaign say."""
    tally = Tally()
    place = list(cells())
    for line in _lines(folder, seed):
        add(tally, line, place)
    return tally


def add(tally: Tally, line: dict[str, Any], place: list[tuple[str, str, str, str]]) -> None:
    """Count what a line of a journal says."""
    tally.sets.add(line["set"])
    tally.questions += line["questions"]
    tally.comparisons += line["comparisons"]
    tally.seconds += line["seconds"]
    tally.outcomes.update(line["outcomes"])
    tally.codes.update(line["codes"])
    tally.shapes.update(line["shapes"])
    for index, count in line["cells"]:
        tally.coverage.counts[place[index]] += count
    tally.differences += [
        Difference(seed, number, query, today, said, tuple(map(tuple, constructs)))
        for seed, number, query, today, said, constructs in line["differences"]
    ]


def _lines(folder: Path, seed: int) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(f"{seed}-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):  # the last may have been cut short
                yield json.loads(line)
