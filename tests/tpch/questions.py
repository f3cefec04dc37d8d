"""The questions: the project that asks them in the language, the official SQL, and when two answers are the same."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
OFFICIAL = {path.stem: path for path in sorted((HERE / "official").glob("*.sql"))}
"""The official SQL of each question, with the parameters of the specification's validation run."""
LEADER = "-- columns: "

PROJECT = """\
[project]
name = "tpch"
language = 1
definitions = ["definitions"]
today = 1998-12-01

[connections.default]
"""


def write_project(
    folder: Path, connection: Mapping[str, str], replaced: Mapping[str, str] | None = None
) -> Path:
    """A project over a connection; `replaced` are other parameters for those of the questions."""
    (folder / "definitions").mkdir(parents=True, exist_ok=True)
    settings = "".join(f"{name} = {json.dumps(value)}\n" for name, value in connection.items())
    (folder / "metricdsl.toml").write_text(PROJECT + settings, encoding="utf-8")
    for path in (HERE / "definitions").glob("*.metric"):
        text = replace(path.read_text(encoding="utf-8"), replaced or {})
        (folder / "definitions" / path.name).write_text(text, encoding="utf-8")
    return folder


def official_sql(name: str, replaced: Mapping[str, str] | None = None) -> str:
    """The official SQL of a question."""
    text = OFFICIAL[name].read_text(encoding="utf-8").removeprefix(LEADER).partition("\n")[2]
    return replace(text, replaced or {})


def our_columns(name: str) -> list[str]:
    """Our columns in the order of the official ones, as the first line of the official SQL gives them."""
    first = OFFICIAL[name].read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(LEADER), f"{name} does not begin with {LEADER}"
    return first.removeprefix(LEADER).split(", ")


def replace(text: str, replaced: Mapping[str, str]) -> str:
    """A text with other parameters; each must be there."""
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


def important(scale: float) -> float:
    """The parameter of question 11, which the specification divides by the scale."""
    return 0.0001 / scale


def official_rows(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    scale: float,
    replaced: Mapping[str, str] | None = None,
) -> list[tuple[Any, ...]]:
    """What the official SQL of a question answers."""
    sql = official_sql(name, replaced)
    given = {"fraction": important(scale)} if "$fraction" in sql else None
    return connection.execute(sql, given).fetchall()


def picked(
    names: Sequence[str], rows: Sequence[Sequence[Any]], wanted: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Rows with the wanted columns alone, in their order."""
    places = [list(names).index(name) for name in wanted]
    return [tuple(row[place] for place in places) for row in rows]


def same_rows(ours: Sequence[tuple[Any, ...]], official: Sequence[tuple[Any, ...]]) -> bool:
    """Whether two answers are the same, in the same order."""
    return len(ours) == len(official) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(ours, official, strict=True)
    )


def same(ours: Any, official: Any) -> bool:
    """Whether two cells are the same: decimals, whole numbers, dates and texts exactly, doubles to the ninth digit.

    A year is a number in the official answers; ours is a period, shown by its first day.
    """
    if isinstance(ours, float) and isinstance(official, float):
        return math.isclose(ours, official, rel_tol=1e-9)
    if isinstance(ours, date) and isinstance(official, int):
        return ours == date(official, 1, 1)
    return type(ours) is type(official) and ours == official
