"""Each fix of each problem in the cases, put in by itself, takes its problem away and brings no other one.

A fix that `metric check --fix` puts in by itself keeps to this always. One that is only offered ("did you mean …?") may
uncover what else is wrong: those that do are listed, in the open, and the list shrinks.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problem import Fix
from metricdsl.testing.cases import Step
from tests.problem_steps import problem_steps, problems_of

# A policy that is read is told not to be applied: that is its own problem, not the fix's.
OF_POLICIES = "N230"

UNCOVERING = {
    # the word is put right, and what stands behind it is wrong too
    ("declarations/invariants-events-scorecards", "N208", "did you mean affects?"),
    ("declarations/objectives-rates-calendars", "N201", "did you mean monday?"),
    ("declarations/objectives-rates-calendars", "N201", "did you mean sunday?"),
    ("declarations/units", "T306", "did you mean byte?"),
    ("kinds/kinds", "T306", "did you mean money?"),
    ("names/functions", "N210", "did you mean rate?"),
    ("together/root-causes", "N201", "did you mean order.amount?"),
    ("together/root-causes", "N201", "did you mean orders?"),
    ("writing/words-out-of-place", "S101", "write `where`"),
    # a near name is of another sort than the place needs
    ("declarations/units", "N201", "did you mean seat?"),
    ("names/unknown-names", "N201", "did you mean order?"),
    ("names/unknown-names", "N201", "did you mean orders?"),
    ("together/many-mistakes", "N201", "did you mean order?"),
    ("together/root-causes", "N201", "did you mean order?"),
    # a column is offered where it is no name from outside of its entity
    ("declarations/invariants-events-scorecards", "N201", "did you mean amount?"),
    ("names/unknown-names", "N201", "did you mean customer_id.region?"),
    ("together/many-mistakes", "N201", "did you mean customer_id.region?"),
    # the aggregate offered does not compare as the column did
    ("grain/columns-and-aggregates", "G407", "say count(sale.channel)"),
    ("grain/levels-and-periods", "G407", "say count(customer.region)"),
    # a column of a query that is a formula is offered in the words of its heading
    ("queries/columns-and-limits", "Q501", "did you mean sold / 2?"),
    ("names/unknown-names", "N201", "did you mean orders?"),
    # where a text or bracket was to end cannot be known
    ("together/many-mistakes", "S102", 'close it with "'),
    ("writing/texts-and-brackets", "S102", 'close it with "'),
    ("writing/texts-and-brackets", "S102", "close it with `"),
    ("writing/texts-and-brackets", "S103", "write the missing `)`"),
}


def put_in(texts: dict[str, str], fix: Fix) -> dict[str, str]:
    """The texts with a fix, its last place first."""
    changed = dict(texts)
    for edit in sorted(fix.edits, key=lambda edit: -edit.span.start):
        text = changed[edit.span.file]
        changed[edit.span.file] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return changed


@cache
def fixed() -> tuple[tuple[str, str, Step, dict[str, str], Problem, Fix], ...]:
    return tuple(_fixed())


def _fixed() -> Iterator[tuple[str, str, Step, dict[str, str], Problem, Fix]]:
    for one in problem_steps():
        for problem in problems_of(one.texts, one.step) if one.step.problems else ():
            for number, fix in enumerate(problem.fixes()):
                if fix.edits:
                    here = f"{one.file}:{one.step.line} {problem.code} {number}"
                    yield here, one.file, one.step, one.texts, problem, fix


def said(problems: tuple[Problem, ...]) -> Counter[tuple[str, str]]:
    return Counter(
        (p.code, p.message()) for p in problems if p.severity is not Severity.HINT and p.code != OF_POLICIES
    )


@pytest.mark.parametrize(
    ("file", "step", "texts", "problem", "fix"), [pytest.param(*rest, id=name) for name, *rest in fixed()]
)
def test_a_fix_takes_its_problem_away_and_brings_no_other(
    file: str, step: Step, texts: dict[str, str], problem: Problem, fix: Fix
):
    before, after = problems_of(texts, step), problems_of(put_in(texts, fix), step)
    if not fix.safe and (file, problem.code, fix.title) in UNCOVERING:
        assert put_in(texts, fix) != texts
        return
    assert sum(p.code == problem.code for p in after) < sum(p.code == problem.code for p in before)
    assert said(after) - said(before) == Counter(), put_in(texts, fix)


def test_the_list_names_fixes_that_there_are():
    there = {(file, problem.code, fix.title) for _, file, _, _, problem, fix in fixed()}
    assert there >= UNCOVERING
