"""Sixty questions in plain English (descriptions.md), answered as an analyst who had read the documentation wrote them.

The expected rows were worked out from the same files by plain loops, before any answer was written. Their order says nothing.
"""

import csv
import math
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import metricdsl

HERE = Path(__file__).resolve().parent
ANSWERS = tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))
CLOSE = 1e-6
pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def project() -> Iterator[metricdsl.Project]:
    with metricdsl.open(HERE / "project") as opened:
        yield opened


def test_every_description_has_its_answer():
    said = (HERE / "descriptions.md").read_text(encoding="utf-8").splitlines()
    numbers = [line.partition(".")[0] for line in said if line.partition(".")[0].isdigit()]
    assert [f"q{int(number):02}" for number in numbers] == [*ANSWERS]
    assert len(ANSWERS) == 60


def test_the_definitions_are_without_a_problem(project: metricdsl.Project):
    assert [p.message() for p in project.problems if p.severity.value == "error"] == []


@pytest.mark.parametrize("name", [*ANSWERS])
def test_an_answer_is_right(project: metricdsl.Project, name: str):
    with project.query(ANSWERS[name]["query"]).run() as result:
        compare(name, result.rows)


def compare(name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Compare the rows of an answer with those that were worked out beforehand."""
    got = [[plain(value) for value in row] for row in rows]
    with (HERE / "expected" / f"{name[1:]}.csv").open(encoding="utf-8", newline="") as file:
        _, *expected = csv.reader(file)
    left = list(got)
    for row in expected:
        same = next((one for one in left if alike(one, row)), None)
        assert same is not None, f"no row is like {row} in {left}"
        left.remove(same)
    assert left == []


def plain(value: Any) -> str | float:
    """A value as the files of expected rows have it: durations are seconds, null is empty."""
    match value:
        case None:
            return ""
        case timedelta():
            return value.total_seconds()
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            return float(value)
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


def alike(got: Sequence[str | float], expected: Sequence[str]) -> bool:
    """Whether two rows are the same, numbers within a millionth."""
    return len(got) == len(expected) and all(
        math.isclose(one, float(other), rel_tol=CLOSE, abs_tol=CLOSE)
        if isinstance(one, float) and other
        else one == other
        for one, other in zip(got, expected, strict=True)
    )
