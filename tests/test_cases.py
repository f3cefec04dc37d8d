"""All cases under tests/cases: in the reference evaluator, and on every engine."""

import os
from functools import cache
from pathlib import Path

import pytest

from metricdsl.diagnostics import Severity
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing import accounted
from metricdsl.testing.cases import Case, ExpectedProblem, Step, case_paths, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import OF_PLUGINS, SERVERS, SLOW, Bench, at_hand, holds
from metricdsl.testing.reference import Refused, evaluate
from metricdsl.testing.reference.accounting import accounts

CASES = Path(__file__).parent / "cases"
ONLY = os.environ.get("METRICDSL_CASES", "").split(
    ","
)  # parts of the names of case files; all where it is unset


@cache
def _steps() -> tuple[tuple[str, Case, Step], ...]:
    found = []
    for path in case_paths(CASES):
        name = path.relative_to(CASES).with_suffix("").as_posix()
        for case in read_case_file(path).cases if any(part in name for part in ONLY) else ():
            found += [(f"{name}:{step.line} {case.title}", case, step) for step in case.steps]
    return tuple(found)


ANSWERED = [pytest.param(c, s, id=name) for name, c, s in _steps() if s.expect is not None]
ON_ENGINES = [
    pytest.param(engine, *p.values, id=f"{p.id}-{engine}")
    for p in ANSWERED
    for engine in ("duckdb", "sqlite")
    if holds(engine, p.values[0].tables)
]
# Of these `make test` asks the first question of each page; `make engines-test` asks all.
FIRST = list({p.values[0].path: p for p in reversed(ANSWERED)}.values())
ON_ENGINES_OF_PLUGINS = [
    pytest.param(engine, *p.values, id=f"{p.id}-{engine}")
    for engine in sorted(OF_PLUGINS - SERVERS - SLOW)
    for p in FIRST
    if holds(engine, p.values[0].tables)
]
ACCOUNTED = [pytest.param(c, s, id=name) for name, c, s in _steps() if s.accounting is not None]
# A policy is told with the project and with each question: tests/cases/problems asks the question alone.
ALONE = "problems/declarations/policies:"
REFUSED = [
    pytest.param(c, s, id=name)
    for name, c, s in _steps()
    if s.problems is not None and not name.startswith(ALONE)
]


def test_every_case_has_a_name_of_its_own():
    names = [name for name, _, _ in _steps()]
    assert len(names) == len(set(names))


@cache
def _read(path: str, text: str):
    return read(SourceFile.of(path, text))


@pytest.mark.parametrize(("case", "step"), ANSWERED)
def test_reference(case: Case, step: Step):
    documents = [_read(file.path, file.text) for file in case.files]
    query = read_query(SourceFile.of("query", step.query))
    problems = [p for outcome in (*documents, query) for p in outcome.problems]
    assert not problems, [f"{p.code} {p.message()}" for p in problems]
    try:
        result = evaluate([d.value for d in documents], query.value, case.tables, step.settings)
    except Refused as refused:
        pytest.fail(f"{case.path}:{step.line}: refused: {refused.reason}")
    _agree(case, step, result.columns, result.rows)


@pytest.mark.parametrize(("engine", "case", "step"), ON_ENGINES)
def test_engine(bench: Bench, engine: str, case: Case, step: Step):
    _answers(bench, engine, case, step)


@pytest.mark.parametrize(("engine", "case", "step"), ON_ENGINES_OF_PLUGINS)
def test_engine_of_a_plugin(bench: Bench, engine: str, case: Case, step: Step):
    if not at_hand(engine):
        pytest.skip(f"no driver of {engine}: say `make engines`")
    _answers(bench, engine, case, step)


@pytest.mark.mariadb
@pytest.mark.parametrize(("case", "step"), FIRST)
def test_mariadb(mariadb_bench: Bench, case: Case, step: Step):
    _answers(mariadb_bench, "mariadb", case, step)


@pytest.mark.postgres
@pytest.mark.parametrize(("case", "step"), ANSWERED)
def test_postgres(postgres_bench: Bench, case: Case, step: Step):
    _answers(postgres_bench, "postgres", case, step)


@pytest.mark.parametrize(("case", "step"), ACCOUNTED)
def test_reference_accounts(case: Case, step: Step):
    texts = {file.path: file for file in (*case.files, SourceFile.of("query", step.query))}
    documents = [_read(file.path, file.text).value for file in case.files]
    query = read_query(texts["query"]).value
    wanted, groups = accounted.of_case(step.accounting)
    found = accounts(documents, query, case.tables, step.settings)
    assert accounted.of_reference(found, texts, groups) == wanted, f"{case.path}:{step.line}"


@pytest.mark.parametrize(("case", "step"), ACCOUNTED)
@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_engine_accounts(bench: Bench, engine: str, case: Case, step: Step):
    _accounts(bench, engine, case, step)


@pytest.mark.postgres
@pytest.mark.parametrize(("case", "step"), ACCOUNTED)
def test_postgres_accounts(postgres_bench: Bench, case: Case, step: Step):
    _accounts(postgres_bench, "postgres", case, step)


@pytest.mark.mariadb
@pytest.mark.parametrize(("case", "step"), ACCOUNTED)
def test_mariadb_accounts(mariadb_bench: Bench, case: Case, step: Step):
    _accounts(mariadb_bench, "mariadb", case, step)


def _accounts(bench: Bench, engine: str, case: Case, step: Step):
    wanted, groups = accounted.of_case(step.accounting)
    found = bench.account(engine, case.files, case.tables, step.query, step.settings)
    assert accounted.of_engine(found.accounts, groups) == wanted, f"{case.path}:{step.line}"


DATA = {"X701", "X702"}  # what a case without tables cannot have: only its definitions are asked


@pytest.mark.parametrize(("case", "step"), REFUSED)
def test_problems(bench: Bench, case: Case, step: Step):
    if step.query is None:
        answer = bench.check(case.files, case.tables, step.settings)
    else:
        answer = bench.ask("duckdb", case.files, case.tables, step.query, step.settings)
    asked_for = {"error", *(p.severity for p in step.problems)}
    said = [
        ExpectedProblem(p.code, answer.place(p), p.severity.value)
        for p in answer.problems
        if p.severity.value in asked_for and (p.code not in DATA or case.tables)
    ]
    assert said == list(step.problems), f"{case.path}:{step.line}"


@pytest.mark.parametrize(("case", "step"), [p for p in ANSWERED if p.values[1].sql])
def test_sql(bench: Bench, case: Case, step: Step):
    for dialect, wanted in step.sql:
        assert (
            bench.sql(dialect, case.files, case.tables, step.query, step.settings).strip() == wanted.strip()
        )


def _answers(bench: Bench, engine: str, case: Case, step: Step):
    answer = bench.ask(engine, case.files, case.tables, step.query, step.settings)
    errors = [f"{p.code} {p.message()}" for p in answer.problems if p.severity is Severity.ERROR]
    assert not errors, f"{case.path}:{step.line}: {errors}"
    _agree(case, step, answer.columns, answer.rows)


def _agree(case: Case, step: Step, columns, rows):
    found = differences(columns, rows, step.expect.columns, step.expect.rows)
    assert not found, "\n".join([f"{case.path}:{step.line}: {step.query}", *found])
