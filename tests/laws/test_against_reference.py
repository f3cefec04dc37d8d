"""Generated examples: every engine gives what the reference evaluator gives."""

import pytest
from hypothesis import given, note

from metricdsl.diagnostics import Severity
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate import Example, examples
from tests.laws.answers import BY_ITS_TEXT, answer

pytestmark = pytest.mark.timeout(900)


@given(example=examples())
def test_embedded_engines(bench: Bench, example: Example):
    _compare(bench, ("duckdb", "sqlite"), example)


@pytest.mark.postgres
@given(example=examples())
def test_postgres(postgres_bench: Bench, example: Example):
    _compare(postgres_bench, ("postgres",), example)


def _compare(bench: Bench, engines: tuple[str, ...], example: Example):
    note(example.case)
    wanted = answer(example)
    for engine in engines:
        got = bench.ask(engine, example.files, example.tables, example.asked.text, example.settings)
        note(f"{engine}\n{got.sql}")
        errors = [f"{p.code} {p.message()}" for p in got.problems if p.severity is Severity.ERROR]
        if errors and all(error.startswith(BY_ITS_TEXT) for error in errors):
            return
        assert not errors, engine
        found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
        assert not found, "\n".join((engine, *found))
