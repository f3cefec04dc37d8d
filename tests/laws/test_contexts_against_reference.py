"""Formulas that change their contexts, in any nesting: every engine gives what the reference evaluator gives."""

import pytest
from hypothesis import event, given, note, reject
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate import Example, nested_examples
from metricdsl.testing.reference import Refused, ResultTable
from tests.laws.answers import BY_ITS_TEXT, answer
from tests.laws.test_selecting_more import check_selecting_more

pytestmark = pytest.mark.timeout(1800)


@given(example=nested_examples())
def test_embedded_engines(bench: Bench, example: Example):
    _compare(bench, ("duckdb", "sqlite"), example)


@pytest.mark.postgres
@given(example=nested_examples())
def test_postgres(postgres_bench: Bench, example: Example):
    _compare(postgres_bench, ("postgres",), example)


@given(example=nested_examples(), place=st.integers(0, 3))
def test_selecting_more(example: Example, place: int):
    if _answer(example) is None:
        reject()
    check_selecting_more(example, place)


def _answer(example: Example) -> ResultTable | None:
    """What must come out; None where the reference refuses the question."""
    try:
        return answer(example)
    except Refused as refused:
        event(f"refused: {refused.reason}")
        return None


def _compare(bench: Bench, engines: tuple[str, ...], example: Example):
    note(example.case)
    wanted = _answer(example)
    for engine in engines:
        got = bench.ask(engine, example.files, example.tables, example.asked.text, example.settings)
        errors = [f"{p.code} {p.message()}" for p in got.problems if p.severity is Severity.ERROR]
        if errors and all(error.startswith(BY_ITS_TEXT) for error in errors):
            return
        if wanted is None:
            assert errors, f"{engine} answers what the reference refuses"
            continue
        assert not errors, engine
        note(f"{engine}\n{got.sql}")
        found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
        assert not found, "\n".join((engine, *found))
