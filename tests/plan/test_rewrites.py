"""Each rewrite keeps the result: without any one of them, and without all that an engine can do without, the rows are the same."""

from functools import partial
from unittest.mock import patch

import pytest
from hypothesis import assume, event, given, note

from metricdsl.diagnostics import Severity
from metricdsl.plan import rewrite as rewritten
from metricdsl.plan.rewrite import OPTIONAL, RULES
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Answer, Bench
from metricdsl.testing.generate import Example
from tests.laws.answers import BY_ITS_TEXT, answer
from tests.plan.lookups import lookups, windows

pytestmark = pytest.mark.timeout(1800)

NONE = tuple(rule for rule in RULES if rule not in OPTIONAL)


def test_all_rules_have_names_of_their_own():
    assert len({rule.__name__ for rule in RULES}) == len(RULES)
    assert set(OPTIONAL) < set(RULES)


@given(example=lookups() | windows())
def test_embedded_engines(bench: Bench, example: Example):
    _same(bench, ("duckdb", "sqlite"), example)


@pytest.mark.postgres
@given(example=lookups() | windows())
def test_postgres(postgres_bench: Bench, example: Example):
    _same(postgres_bench, ("postgres",), example)


def _same(bench: Bench, engines: tuple[str, ...], example: Example):
    note(example.case)
    wanted = answer(example)
    for engine in engines:
        whole = _asked(bench, engine, example, 0)
        note(f"{engine}\n{whole.sql}")
        found = differences(whole.columns, whole.rows, wanted.columns, wanted.rows)
        assert not found, "\n".join((engine, "with all rules", *found))
        changed = {name for name, _ in bench.plans(engine, *_of(example, example.asked.text))}
        left_out = [rule for rule in OPTIONAL if rule.__name__ in changed]
        fewer = {f"without {rule.__name__}": tuple(r for r in RULES if r is not rule) for rule in left_out}
        if len(fewer) > 1:
            fewer["without all of these"] = NONE
        for number, (name, rules) in enumerate(fewer.items(), 1):
            event(f"{engine} {name}")
            with patch("metricdsl.sql.compile.rewrite", partial(rewritten, rules=rules)):
                got = _asked(bench, engine, example, number)
            found = differences(got.columns, got.rows, whole.columns, whole.rows)
            assert not found, "\n".join((engine, name, got.sql, *found))


def _of(example: Example, query: str):
    return example.files, example.tables, query, example.settings


def _asked(bench: Bench, engine: str, example: Example, number: int) -> Answer:
    """An answer; the limit is another each time, since what is compiled is remembered."""
    query = f"{example.asked.text} limit {1000 + number}"
    found = bench.ask(engine, *_of(example, query))
    wrong = [p for p in found.problems if p.severity is Severity.ERROR]
    assume(not wrong or any(p.code not in BY_ITS_TEXT for p in wrong))
    errors = [f"{p.code} {p.message()}" for p in wrong]
    assert not errors, (engine, query, errors)
    return found
