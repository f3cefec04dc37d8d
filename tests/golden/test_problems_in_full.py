"""What each case under `cases/problems` is told, in full: the place, the sentence, the reason, the fixes and what they write.

The codes and places stand in the cases, written by hand; here is the wording, to be read as a whole. After a better message,
`METRICDSL_GOLDEN=write pytest tests/golden` writes these texts anew; read the difference before committing.
"""

import os
from pathlib import Path

import pytest

from metricdsl.diagnostics import Problem
from tests.problem_steps import ProblemStep, problem_steps, problems_of

HERE = Path(__file__).parent / "problems"
WRITE = os.environ.get("METRICDSL_GOLDEN") == "write"
FILES = tuple(dict.fromkeys(one.file for one in problem_steps()))


def told(problem: Problem, texts: dict[str, str]) -> str:
    """A problem as a person reads it, with what its fixes would write."""
    span = problem.span
    place = "" if span is None else f" at {texts[span.file][span.start : span.end]!r}"
    severity = "" if problem.severity.value == "error" else f"{problem.severity.value} "
    lines = [f"{severity}{problem.code}{place}: {problem.message()}"]
    lines += [f"  label: {problem.label()}"] if problem.label() else []
    lines += (
        [f"  used: {texts[problem.by_use.file][problem.by_use.start : problem.by_use.end]!r}"]
        if problem.by_use
        else []
    )
    lines += [f"  reason: {problem.reason()}"] if problem.reason() else []
    for fix in problem.fixes():
        edits = [f"{texts[e.span.file][e.span.start : e.span.end]!r} -> {e.text!r}" for e in fix.edits]
        lines.append(
            f"  fix{' (safe)' if fix.safe else ''}: {fix.title}{' | ' if edits else ''}{', '.join(edits)}"
        )
    return "\n".join(lines)


def in_full(one: ProblemStep) -> str:
    asked = one.texts.get("query", "")
    head = f"# {one.title}" + (f"\n> {' '.join(asked.split())}" if asked else "")
    wanted = {"error", *(p.severity for p in one.step.problems or ())}
    found = [p for p in problems_of(one.texts, one.step) if p.severity.value in wanted]
    return "\n".join([head, *(told(p, one.texts) for p in found)]) + "\n"


@pytest.mark.parametrize("file", FILES)
def test_problems_in_full(file: str):
    found = "\n".join(in_full(one) for one in problem_steps() if one.file == file)
    path = HERE / f"{file}.txt"
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_each_file_has_its_cases():
    assert {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.rglob("*.txt")} == set(FILES)
