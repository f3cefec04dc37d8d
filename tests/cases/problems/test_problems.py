"""The case files of this folder: what the definitions, or a query of right ones, are refused for, and where."""

import re
from functools import cache
from pathlib import Path

import pytest

from metricdsl import analysis
from metricdsl.analysis.ordered import ordered
from metricdsl.diagnostics import catalogue
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.cases import Case, Step, case_paths, read_case_file

HERE = Path(__file__).parent
WEEK_STARTS = {"monday": 1, "saturday": 6, "sunday": 7}

# Codes that no text of definitions can raise: bytes, sizes and names of reports are asked of the command line (tests/cli),
# accounts of Python (tests/engine), what moved a number of both (tests/insight, tests/cli).
ELSEWHERE = {"S105", "S106", "Q506", "Q514", "Q515", "Q516", "Q521", "Q522", "Q523", "Q524"}


@cache
def _steps() -> tuple[tuple[str, Case, Step], ...]:
    return tuple(
        (f"{path.relative_to(HERE).with_suffix('').as_posix()}:{step.line} {case.title}", case, step)
        for path in case_paths(HERE)
        for case in read_case_file(path).cases
        for step in case.steps
        if step.problems is not None
    )


@pytest.mark.parametrize(("case", "step"), [pytest.param(c, s, id=name) for name, c, s in _steps()])
def test_problems(case: Case, step: Step):
    given = step.settings
    settings = Settings(
        currency=given.currency,
        timezone=given.timezone,
        week_start=WEEK_STARTS[given.week_start],
        today=given.today,
    )
    files = {file.path: file for file in case.files}
    documents = [read(file) for file in case.files]
    misread = [problem for document in documents for problem in document.problems]
    outcome = analysis.resolve([d.value for d in documents], builtin_registry(), None, settings, misread)
    if step.query is None:
        found = [*misread, *outcome.problems]
    else:
        files["query"] = SourceFile.of("query", step.query)
        asked = read_query(files["query"])
        found = list(asked.problems)
        if asked.value is not None:
            context = Context(
                today=given.today,
                timezone=given.timezone,
                week_start=settings.week_start,
                currency=given.currency,
                principal=dict(given.principal),
                parameters=dict(given.parameters),
            )
            answer = analysis.resolve_request(outcome.value, asked.value, "", context)
            found += answer.problems
            assert (answer.value is None) == answer.failed
    wanted = [(p.severity, p.code, p.text) for p in step.problems or ()]
    spoken = {"error", *(severity for severity, _, _ in wanted)}
    met = [
        (p.severity.value, p.code, "" if p.span is None else files[p.span.file].slice(p.span))
        for p in ordered(found)
        if p.severity.value in spoken
    ]
    assert met == wanted, "\n".join(f"{p.code}: {p.message()}" for p in ordered(found))


def test_each_code_is_raised_by_three_programs():
    seen: dict[str, set[str]] = {}
    for name, _, step in _steps():
        for problem in step.problems or ():
            seen.setdefault(problem.code, set()).add(name)
    codes = [code for code in catalogue() if re.fullmatch("[SNTGQ][0-9]{3}", code) and code not in ELSEWHERE]
    assert [code for code in codes if len(seen.get(code, ())) < 3] == []
