"""Problems of data that not everybody may see: what is wrong, but none of the values."""

from attrs import evolve

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.conversion import AmbiguousFormat, ValueDoesNotConvert
from metricdsl.diagnostics.problems.execution import EngineProblem
from metricdsl.diagnostics.problems.numbers import NotFinite


def discreet(problem: Problem) -> Problem:
    """The problem without any value of the data, and without what the engine said of it."""
    match problem:
        case ValueDoesNotConvert():
            return ValueDoesNotConvert(
                file=problem.file, column=problem.column, type=problem.type, span=problem.span
            )
        case AmbiguousFormat():
            readings = tuple((form, "") for form, _ in problem.readings)
            return AmbiguousFormat(
                file=problem.file, column=problem.column, example="", readings=readings, span=problem.span
            )
        case NotFinite() | EngineProblem():
            return evolve(problem, detail="")  # type: ignore[misc]  # made an attrs class when first needed
        case _:
            return problem
