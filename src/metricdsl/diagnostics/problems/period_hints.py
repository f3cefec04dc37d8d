"""Hints about periods: what no time function moves, what is not whole (L9)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class TimeMovesNothing(Problem):
    """An `at` behind what says its own time.

    ## Why
    The innermost time wins: a metric that says its time keeps it wherever it is used. Of 5 deals made in March,
    2 of them won in March, it shows 2 by the day of closing, and not 5, although the outer `at` names the day
    of making.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time created_on : date default  time closed_on : date }
    metric won = count(deal) at closed_on
    metric won_when_created = won * 2 at created_on
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time created_on : date default  time closed_on : date }
    metric won = count(deal) at closed_on
    metric won_when_created = count(deal) * 2 at created_on
    ```
    """

    code: ClassVar = "L905"
    slug: ClassVar = "time-moves-nothing"
    severity: ClassVar[Severity] = Severity.HINT
    time: str
    by: str
    own: str
    word: str = "at"
    partly: bool = False  # whether something else takes the time

    def message(self) -> str:
        """What was found, in one sentence."""
        if self.partly:
            return f"`at {self.time}` is not for all that stands before it: {self.by} keeps its own time, {self.own}"
        return f"`{self.word} {self.time}` changes nothing here: {self.by} says its own time, {self.own}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.partly:
            return (Fix(f"put it behind what it is for: `(… at {self.time})`"),)
        return (
            Fix("leave it out"),
            Fix(f"for the number by it, write the aggregate again with `{self.word} {self.time}` alone"),
        )


class PartialPeriods(Problem):
    """A period of the answer is not whole: the range cuts it, or it is not over.

    ## Why
    The last month of `during 2026 by month` looks like a fall as long as it lasts: 50 USD by the 15th beside
    100 USD of the whole month before is no loss of 50 %. Its number is right for the days that it has, and not
    to be compared with that of a whole month.

    ## Example
    ```text
    revenue by month during 2026-01-15 to 2026-03-31
    ```

    ## Instead
    ```text
    revenue by month during last 3 months
    ```
    """

    code: ClassVar = "L906"
    slug: ClassVar = "partial-periods"
    severity: ClassVar[Severity] = Severity.HINT
    cells: tuple[tuple[str, str], ...]

    def message(self) -> str:
        """Which periods are meant."""
        said = ", ".join(f"{cell} ({why})" for cell, why in self.cells)
        return f"not a whole period: {said}"
