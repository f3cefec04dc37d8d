"""Each fix of each problem in the cases, put in by itself, takes its problem away and brings no other one.

A fix that `metric check --fix` puts in by itself keeps to this always. One that is only offered ("did you mean …?") may
uncover what is wrong elsewhere: a word is put right, and the formula behind it, which was not read before, has a mistake of its own.
Such a problem lies at a place that the fix has not touched: it neither holds the text put in nor lies in it. Two kinds are
left out, each for its reason (`UNTOLD`, `FOR_TWO`).
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problem import Fix
from metricdsl.source import Span
from metricdsl.testing.cases import Step
from tests.problem_steps import problem_steps, problems_of

# A policy that is read is told not to be applied: that is its own problem, not the fix's.
OF_POLICIES = "N230"

# Where a text or a bracket was to end cannot be known: it is closed at the end of the line, and what of the line was meant to
# stand outside of it is then read as a part of it, or missing.
UNTOLD = {"S102", "S103"}

# One mistake at two places, of which the second is told only where the first is right: a table of a test is headed by the
# misspelt metric too.
FOR_TWO = {("names/unknown-names", "N201", "did you mean orders?")}


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


def places(fix: Fix) -> list[Span]:
    """Where the texts that a fix puts in stand afterwards."""
    found, moved = [], Counter[str]()
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start):
        start = edit.span.start + moved[edit.span.file]
        found.append(Span(edit.span.file, start, start + len(edit.text)))
        moved[edit.span.file] += len(edit.text) - (edit.span.end - edit.span.start)
    return found


def elsewhere(problem: Problem, fix: Fix) -> bool:
    """Whether a problem lies where a fix has put in nothing."""
    at = problem.span
    return at is not None and all(
        at.file != put.file or at.end <= put.start or put.end <= at.start for put in places(fix)
    )


@pytest.mark.parametrize(
    ("file", "step", "texts", "problem", "fix"), [pytest.param(*rest, id=name) for name, *rest in fixed()]
)
def test_a_fix_takes_its_problem_away_and_brings_no_other(
    file: str, step: Step, texts: dict[str, str], problem: Problem, fix: Fix
):
    before, after = problems_of(texts, step), problems_of(put_in(texts, fix), step)
    assert put_in(texts, fix) != texts
    if not fix.safe and problem.code in UNTOLD:
        return
    same = (problem.code, problem.message())
    assert sum((p.code, p.message()) == same for p in after) < sum(
        (p.code, p.message()) == same for p in before
    )
    if fix.safe:
        assert sum(p.code == problem.code for p in after) < sum(p.code == problem.code for p in before)
    else:
        after = tuple(p for p in after if not elsewhere(p, fix))
    if (file, problem.code, fix.title) not in FOR_TWO:
        assert said(after) - said(before) == Counter(), put_in(texts, fix)
