"""The steps behind a statement: functions that run on a result, formulas of their values, the choice among rows, their order."""

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.result_functions import NoValueOfResultFunction, TooManyMembers
from metricdsl.execution.local_formula import Row, Working
from metricdsl.execution.result_functions import Calls, ResultFunctions
from metricdsl.model.formula import GroupingRef
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.local_steps import LocalSteps
from metricdsl.spi.values import WITHHELD, Limits
from metricdsl.value import frozen

MOST_ROWS = 200_000
"""How many groups a result may have that functions run on: all of them are held in memory."""


@frozen(kw_only=True)
class WorkedOut:
    """The rows of a result, and what there is to say of them."""

    rows: list[tuple[Any, ...]]
    problems: tuple[Problem, ...] = ()


@define
class _Notes:
    """In how many groups which function has no value, and why."""

    found: dict[tuple[str, str], set[int]] = field(factory=dict)

    def take(self, function: str, why: str, row: int) -> None:
        self.found.setdefault((function, why), set()).add(row)

    def problems(self, shown: set[int]) -> tuple[Problem, ...]:
        return tuple(
            NoValueOfResultFunction(function=function, why=why, groups=len(rows & shown))
            for (function, why), rows in self.found.items()
            if rows & shown
        )


def refuse_too_many(rows: int, steps: LocalSteps) -> None:
    """Raise where more rows have been fetched than are held."""
    if rows > MOST_ROWS:
        what = "groups in a result"
        problem = TooManyMembers(function=steps.functions[0], number=rows, most=MOST_ROWS, what=what)
        raise AdapterError(problem)


def worked_out(
    fetched: Sequence[Row], steps: LocalSteps, functions: ResultFunctions, limits: Limits
) -> WorkedOut:
    """The rows of the result, made of those of the engine. Raises AdapterError."""
    notes = _Notes()
    with Calls(functions, limits) as calls:
        working = Working(steps, functions.functions, calls.call, notes.take)
        kept = list(range(len(fetched)))
        if steps.having is not None:
            kept = [at for at in kept if working.value(steps.having, fetched[at], at) is True]
        if steps.sort:
            kept = _in_order(kept, fetched, steps, working)
        if steps.limit is not None:
            kept = kept[: steps.limit]
        rows = [tuple(working.cell(column, fetched[at], at) for column in steps.columns) for at in kept]
    return WorkedOut(rows=rows, problems=notes.problems(set(kept)))


def _in_order(kept: list[int], fetched: Sequence[Row], steps: LocalSteps, working: Working) -> list[int]:
    """The rows in the order asked for, nulls last; those that are alike stay as the engine has put them.

    The engine has put them in the order of its own columns. So the place of a row by one of these is how often the value of it, or of one in
    front of it, has changed; between two such columns stands what was worked out.
    """
    keys: list[list[Any]] = [[] for _ in kept]
    before: list[int] = []
    for key in steps.sort:
        if key.sorted and isinstance(key.formula, GroupingRef):
            before.append(key.formula.index)
            place, last = 0, None
            for found, at in zip(keys, kept, strict=True):
                here = tuple(fetched[at][index] for index in before)
                place, last = (place if last is None or here == last else place + 1), here
                found.append((place,))
            continue
        for found, at in zip(keys, kept, strict=True):
            value = working.value(key.formula, fetched[at], at)
            missing = value is None or value is WITHHELD
            found.append(
                (missing, _Turned(value) if key.descending and not missing else 0 if missing else value)
            )
    order = sorted(range(len(kept)), key=keys.__getitem__)
    return [kept[at] for at in order]


@frozen
class _Turned:
    """A value that is the less the greater it is."""

    value: Any

    def __lt__(self, other: "_Turned") -> bool:
        return bool(other.value < self.value)
