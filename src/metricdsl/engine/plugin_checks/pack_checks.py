"""What must hold for the definitions that a plugin ships."""

from collections.abc import Iterator

from metricdsl.diagnostics import Problem, Severity
from metricdsl.engine.errors import QueryError
from metricdsl.engine.plugin_alone import plugin_alone
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.engine.project import Project

DIALECTS = ("duckdb", "sqlite", "postgres")
WAYS = ("", " by month", " by year")
"""A metric may have no meaning for all time together; then it has one for each month."""


def pack_checks(plugin: str) -> tuple[Check, ...]:
    """The checks of a plugin's packs."""
    return (
        Check("the definitions have no errors and no warnings", lambda: _problems(plugin)),
        Check("every metric says what it is (`about`)", lambda: _undescribed(plugin)),
        Check(
            f"every metric is written in SQL for {', '.join(DIALECTS)}, or refused",
            lambda: _unwritten(plugin),
        ),
        Check("there are `test` blocks, and they pass", lambda: _tests(plugin)),
    )


def own_metrics(opened: Project, plugin: str) -> list[str]:
    """The names of the metrics that a plugin brings."""
    return sorted(name for name in opened.model.metrics if name.startswith(f"{plugin}."))


def _problems(plugin: str) -> list[str]:
    with plugin_alone(plugin) as opened:
        told = [problem for problem in opened.problems if problem.severity is not Severity.HINT]
        found = [p for p in told if p.span is None or p.span.file.startswith(f"{plugin}:")]
        return [f"{_place(opened, problem)}{problem.code} {problem.message()}" for problem in found]


def _place(opened: Project, problem: Problem) -> str:
    if problem.span is None:
        return ""
    source = opened.sources.get(problem.span.file)
    line = 0 if source is None else source.position(problem.span.start)[0]
    return f"{problem.span.file}:{line}: "


def _undescribed(plugin: str) -> list[str]:
    with plugin_alone(plugin) as opened:
        metrics = opened.model.metrics
        return [f"{name} has no `about`" for name in own_metrics(opened, plugin) if not metrics[name].about]


def _unwritten(plugin: str) -> list[str]:
    with plugin_alone(plugin) as opened:
        return [
            f"{name} for {dialect}: {why}"
            for name in own_metrics(opened, plugin)
            for dialect in DIALECTS
            if (why := _refused(opened, name, dialect))
        ]


def _refused(opened: Project, name: str, dialect: str) -> str:
    """Why a metric cannot be asked in any way; that the engine cannot is an answer too."""
    first = ""
    for way in WAYS:
        try:
            problems = opened.query(f"{name}{way}", connection=None).compile(dialect).problems
        except QueryError as error:
            problems = error.problems
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if not errors or all(problem.code.startswith("D") for problem in errors):
            return ""
        first = first or f"{errors[0].code} {errors[0].message()}"
    return first


def _tests(plugin: str) -> list[str]:
    with plugin_alone(plugin) as opened:
        if not own_metrics(opened, plugin):
            return []
        outcomes = opened.run_tests()
        if not outcomes:
            return ["there is no `test` block: nobody can tell whether the metrics are right"]
        return [line for outcome in outcomes if not outcome.passed for line in _of(outcome)]


def _of(outcome: object) -> Iterator[str]:
    title = getattr(outcome, "title", "")
    for problem in getattr(outcome, "problems", ()):
        yield f"{title}: {problem.code} {problem.message()}"
    for query, _, expected, found in getattr(outcome, "differences", ()):
        yield f"{title}: `{query}` gives {list(found)}, expected {list(expected)}"
