"""All cases under tests/cases: in the reference evaluator, and on every engine."""

from functools import cache
from pathlib import Path

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.cases import Case, Step, case_paths, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.reference import Refused, evaluate

CASES = Path(__file__).parent / "cases"


@cache
def _steps() -> tuple[tuple[str, Case, Step], ...]:
    found = []
    for path in case_paths(CASES):
        name = path.relative_to(CASES).with_suffix("").as_posix()
        for case in read_case_file(path).cases:
            found += [(f"{name}:{step.line} {case.title}", case, step) for step in case.steps]
    return tuple(found)


ANSWERED = [pytest.param(c, s, id=name) for name, c, s in _steps() if s.expect is not None]
REFUSED = [pytest.param(c, s, id=name) for name, c, s in _steps() if s.problems is not None]


def test_every_case_has_a_name_of_its_own():
    names = [name for name, _, _ in _steps()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("case", "step"), ANSWERED)
def test_reference(case: Case, step: Step):
    documents = [read(file) for file in case.files]
    query = read_query(SourceFile.of("query", step.query))
    problems = [p for outcome in (*documents, query) for p in outcome.problems]
    assert not problems, [f"{p.code} {p.message()}" for p in problems]
    try:
        result = evaluate([d.value for d in documents], query.value, case.tables, step.settings)
    except Refused as refused:
        pytest.fail(f"{case.path}:{step.line}: refused: {refused.reason}")
    _agree(case, step, result.columns, result.rows)


def _agree(case: Case, step: Step, columns, rows):
    found = differences(columns, rows, step.expect.columns, step.expect.rows)
    assert not found, "\n".join([f"{case.path}:{step.line}: {step.query}", *found])
