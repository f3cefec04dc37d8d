"""Invariants in the tests of third parties: a project whose `invariant` does not hold fails a test, with what breaks it."""

from collections.abc import Sequence

from metricdsl.cli.counterexample import said
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.report import render
from metricdsl.engine.managing import DEFAULT
from metricdsl.engine.project import Project
from metricdsl.engine.verifying.verify import EXAMPLES, Effort


def verify_invariants(
    project: Project, names: Sequence[str] = (), *, seed: int = 0, examples: int = EXAMPLES
) -> None:
    """Fail if a database that is made up breaks an invariant, or a law that the types imply, as `metric verify` does.

    `names` choose those whose title contains one, or that are of a metric of that name.
    """
    __tracebackhide__ = True
    _no_errors(project, project.problems)
    found = list(project.verify(names, Effort(seed=seed, examples=examples)))
    assert found, f"nothing was verified: no invariant or metric is called {', '.join(names) or 'anything'}"
    for one in found:
        _no_errors(project, one.problems)
    failed = [said(one) for one in found if not one.held]
    assert not failed, "\n" + "\n".join(failed)


def check_invariants(project: Project, connection: str = DEFAULT) -> None:
    """Fail if the data of a connection breaks an invariant or the model, as `metric check --live` does."""
    __tracebackhide__ = True
    _no_errors(project, project.check_live(connection))


def _no_errors(project: Project, problems: Sequence[Problem]) -> None:
    __tracebackhide__ = True
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    assert not errors, "\n" + render(errors, project.sources, "full", colour=False)
