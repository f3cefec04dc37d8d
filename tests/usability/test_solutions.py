"""The solutions of the sixty descriptions, as cases: the reference evaluator and every engine give the expected rows.

The files' values are stored as they are: numbers as numbers, times as the texts that the definitions read.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Duration, Settings, Table, evaluate
from tests.usability.test_descriptions import ANSWERS, HERE, compare

TODAY = date(2026, 3, 15)
INTEGER, DECIMAL = re.compile(r"-?\d+"), re.compile(r"-?\d+\.\d{1,2}")


@cache
def files() -> tuple[SourceFile, ...]:
    paths = sorted((HERE / "project" / "definitions").glob("*.metric"))
    return tuple(SourceFile.of(path.name, path.read_text(encoding="utf-8")) for path in paths)


@cache
def tables() -> dict[str, Table]:
    return {path.stem: table(path) for path in sorted((HERE / "project" / "data").glob("*.csv"))}


def table(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    kinds = [kind([value for value in column if value]) for column in zip(*rows, strict=True)]
    cells = (tuple(cell(value, k) for value, k in zip(row, kinds, strict=True)) for row in rows)
    return Table(tuple(zip(names, kinds, strict=True)), tuple(cells))


def kind(values: Iterable[str]) -> str:
    """The type of a column of a text file: of numbers if all of its values are."""
    if all(map(INTEGER.fullmatch, values)):
        return "integer"
    return "decimal(2)" if all(INTEGER.fullmatch(v) or DECIMAL.fullmatch(v) for v in values) else "text"


def cell(value: str, of_kind: str) -> object:
    if not value:
        return None
    return {"integer": int, "decimal(2)": Decimal, "text": str}[of_kind](value)


def settings() -> Settings:
    return Settings(today=TODAY, timezone="UTC", week_start="monday", currency="USD")


@pytest.mark.parametrize("name", [*ANSWERS])
def test_on_the_reference(name: str):
    documents = [read(file) for file in files()]
    query = read_query(SourceFile.of("query", ANSWERS[name]["query"]))
    assert [p.message() for outcome in (*documents, query) for p in outcome.problems] == []
    found = evaluate([d.value for d in documents], query.value, tables(), settings())
    compare(name, [[whole(value) for value in row] for row in found.rows])


def whole(value: Any) -> Any:
    """A value of the reference as an engine gives it."""
    match value:
        case Fraction():
            return float(value)
        case Duration():
            return float(value.microseconds) / 1_000_000
        case _:
            return value


@pytest.mark.parametrize("name", [*ANSWERS])
@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_on_an_engine(bench: Bench, engine: str, name: str):
    answers(bench, engine, name)


@pytest.mark.postgres
@pytest.mark.parametrize("name", [*ANSWERS])
def test_on_postgres(postgres_bench: Bench, name: str):
    answers(postgres_bench, "postgres", name)


def answers(bench: Bench, engine: str, name: str) -> None:
    found = bench.ask(engine, files(), tables(), ANSWERS[name]["query"], settings())
    assert [p.message() for p in found.problems if p.severity.value == "error"] == []
    rows: Sequence[Sequence[Any]] = found.rows
    compare(name, rows)
