"""Plans and SQL as texts: `METRICDSL_GOLDEN=write pytest tests/golden` writes them anew; read the difference before committing."""

import os
from pathlib import Path

import pytest

from metricdsl.plan import build, rewrite, text
from metricdsl.sql import compile_request
from tests.plan.requests import REQUESTS
from tests.sql.shop_rows import REGISTRY

HERE = Path(__file__).parent
WRITE = os.environ.get("METRICDSL_GOLDEN") == "write"
DIALECTS = ("duckdb", "sqlite")


def same(path: Path, found: str) -> None:
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


@pytest.mark.parametrize("name", REQUESTS)
def test_plan(name):
    plan = rewrite(build(REQUESTS[name]), REGISTRY, REGISTRY.dialects["duckdb"])
    same(HERE / "plans" / f"{name}.txt", text(plan))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", REQUESTS)
def test_sql(name, dialect):
    compiled = compile_request(REQUESTS[name], REGISTRY, dialect)
    assert compiled.value is not None, compiled.problems
    same(HERE / "sql" / f"{name}.{dialect}.sql", compiled.value.sql + ";\n")


def test_the_plan_for_an_engine_without_percentiles():
    plan = rewrite(build(REQUESTS["percentiles"]), REGISTRY, REGISTRY.dialects["sqlite"])
    same(HERE / "plans" / "percentiles.sqlite.txt", text(plan))


def test_the_same_request_gives_the_same_text():
    for name, request in REQUESTS.items():
        texts = {compile_request(request, REGISTRY, "duckdb").value.sql for _ in range(3)}
        assert len(texts) == 1, name
