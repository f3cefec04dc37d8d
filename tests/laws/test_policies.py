"""M19: what is answered under policies is what is answered, without any, on data from which the rows that may not be seen were taken."""

from collections.abc import Collection

import pytest
from attrs import evolve
from hypothesis import given, note, reject
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.syntax import nodes, read
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate import Example, nested_examples
from metricdsl.testing.generate.nested import Definitions
from metricdsl.testing.reference import Refused, Table
from tests.laws.answers import BY_ITS_TEXT, answer

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@st.composite
def hidden(draw: st.DrawFn, example: Example) -> dict[str, frozenset[int]]:
    """Entities of an example with the keys of the rows that may be seen; all rows of the others may be."""
    found = {}
    for entity in entities(example):
        if draw(st.booleans()):
            keys = [row[0] for row in example.tables[entity.source].rows]
            found[entity.name] = draw(st.frozensets(st.sampled_from(keys))) if keys else frozenset()
    return found


def entities(example: Example) -> list[nodes.EntityDecl]:
    """The entities; the first column of the table of each is its key, a positive number."""
    declarations = read(example.files[0]).value.declarations
    return [d for d in declarations if isinstance(d, nodes.EntityDecl)]


def policy(entity: nodes.EntityDecl, seen: Collection[int] | None) -> str:
    """The policy by which whoever asks sees these rows."""
    if seen is None:
        return f"policy open on {entity.name}\n"
    key = next(m for m in entity.members if isinstance(m, nodes.Key)).columns[0].text
    return f"policy on {entity.name} {{ {key} in ({', '.join(map(str, [0, *sorted(seen)]))}) }}\n"


def cut(example: Example, seen: dict[str, frozenset[int]]) -> Example:
    """The same question of the rows that may be seen, and of no others."""
    tables = dict(example.tables)
    for entity in entities(example):
        if entity.name in seen:
            table = tables[entity.source]
            rows = tuple(row for row in table.rows if row[0] in seen[entity.name])
            tables[entity.source] = Table(table.columns, rows)
    return evolve(example, tables=tables)


def restricted(example: Example, seen: dict[str, frozenset[int]]) -> Example:
    """The same question of all rows, under policies."""
    policies = "".join(policy(entity, seen.get(entity.name)) for entity in entities(example))
    return evolve(example, model=Definitions(example.model.text + policies))


@given(data=st.data(), example=nested_examples())
def test_m19_the_reference_evaluator(data: st.DataObject, example: Example):
    seen = data.draw(hidden(example))
    note(restricted(example, seen).case)
    try:
        wanted = answer(cut(example, seen))
    except Refused:
        reject()
    got = answer(restricted(example, seen))
    assert (got.columns, got.rows) == (wanted.columns, wanted.rows)


@given(data=st.data(), example=nested_examples())
def test_m19_embedded_engines(bench: Bench, data: st.DataObject, example: Example):
    seen = data.draw(hidden(example))
    whole = restricted(example, seen)
    note(whole.case)
    try:
        wanted = answer(cut(example, seen))
    except Refused:
        reject()
    for engine in ("duckdb", "sqlite"):
        got = bench.ask(engine, whole.files, whole.tables, whole.asked.text, whole.settings)
        errors = [p for p in got.problems if p.severity is Severity.ERROR]
        if errors and all(p.code in BY_ITS_TEXT for p in errors):
            reject()
        assert not errors, engine
        note(f"{engine}\n{got.sql}")
        found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
        assert not found, "\n".join((engine, *found))
