"""The steps of the case files under `cases/problems`, and all problems of each, as they are told."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attrs import frozen

from metricdsl import analysis
from metricdsl.analysis.ordered import ordered
from metricdsl.diagnostics import Problem
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.cases import Step, case_paths, read_case_file

CASES = Path(__file__).resolve().parent / "cases" / "problems"
WEEK_STARTS = {"monday": 1, "saturday": 6, "sunday": 7}
QUERY = "query"


@frozen
class ProblemStep:
    """A step that expects problems: the case file, the title of the case, the texts, a query among them."""

    file: str
    title: str
    step: Step
    texts: dict[str, str]


@cache
def problem_steps() -> tuple[ProblemStep, ...]:
    return tuple(_steps())


def _steps() -> Iterator[ProblemStep]:
    for path in case_paths(CASES):
        name = path.relative_to(CASES).with_suffix("").as_posix()
        for case in read_case_file(path).cases:
            for step in case.steps:
                texts = {file.path: file.text for file in case.files}
                if step.query is not None:
                    texts[QUERY] = step.query
                if step.problems is not None:
                    yield ProblemStep(name, case.title, step, texts)


def problems_of(texts: dict[str, str], step: Step) -> tuple[Problem, ...]:
    """The problems of definitions, or of a query of them."""
    given = step.settings
    week_start = WEEK_STARTS[given.week_start]
    settings = Settings(
        currency=given.currency, timezone=given.timezone, week_start=week_start, today=given.today
    )
    documents = [read(SourceFile.of(name, text)) for name, text in texts.items() if name != QUERY]
    misread = [problem for document in documents for problem in document.problems]
    outcome = analysis.resolve([d.value for d in documents], builtin_registry(), None, settings, misread)
    if QUERY not in texts:
        return ordered([*misread, *outcome.problems])
    asked = read_query(SourceFile.of(QUERY, texts[QUERY]))
    found = list(asked.problems)
    if asked.value is not None:
        context = Context(
            today=given.today,
            timezone=given.timezone,
            week_start=week_start,
            currency=given.currency,
            principal=dict(given.principal),
            parameters=dict(given.parameters),
        )
        found += analysis.resolve_request(outcome.value, asked.value, "", context).problems
    return ordered(found)
