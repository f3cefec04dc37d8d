"""L9: what is allowed and may still not be meant."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class MayBeEmpty(Problem):
    """A difference with a side that may have no row.

    ## Why
    In a month without refunds `revenue - refunds` is null, not the revenue.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    entity refund from refunds { key refund_id  fact amount : money(USD) }
    metric net = sum(order.amount) - sum(refund.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    entity refund from refunds { key refund_id  fact amount : money(USD) }
    metric revenue = sum(order.amount) { empty 0 }
    metric refunds = sum(refund.amount) { empty 0 }
    metric net = revenue - refunds
    ```
    """

    code: ClassVar = "L901"
    slug: ClassVar = "may-be-empty"
    severity: ClassVar[Severity] = Severity.HINT
    side: str
    operation: str = "difference"

    def message(self) -> str:
        """What may happen, in one sentence."""
        return f"the {self.operation} is null wherever {self.side} has no row"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"give {self.side} the property `empty 0`, if nothing is meant to be 0"),)


class NullTakesElse(Problem):
    """A condition that may be null, and then takes the else branch.

    ## Why
    With `if(score >= 9, "promoter", "other")` everybody without a score is an "other".

    ## Example
    ```metric
    entity survey from surveys {
      key survey_id
      fact score : integer
      dimension group = if(score >= 9, "promoter", "other")
    }
    ```

    ## Instead
    ```metric
    entity survey from surveys {
      key survey_id
      fact score : integer
      dimension group = case(score is null, null, score >= 9, "promoter", "other")
    }
    ```
    """

    code: ClassVar = "L902"
    slug: ClassVar = "null-takes-else"
    severity: ClassVar[Severity] = Severity.HINT
    name: str

    def message(self) -> str:
        """What may happen, in one sentence."""
        return f"where {self.name} is null, this takes the last branch"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"say first what is to happen: case({self.name} is null, null, …)"),)


class SameFormula(Problem):
    """Two metrics with one formula.

    ## Why
    When one of them is corrected the other keeps the old number.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric sales = sum(order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar = "L904"
    slug: ClassVar = "same-formula"
    severity: ClassVar[Severity] = Severity.HINT
    name: str
    other: str

    def message(self) -> str:
        """What was found, in one sentence."""
        return f"{self.name} is the same formula as {self.other}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"use {self.other}, or define one by the other"),)


class TimeMovesNothing(Problem):
    """An `at` behind what says its own time.

    ## Why
    The innermost time wins: a metric that says its time keeps it wherever it is used. The number is the same as without
    the outer `at`, and not the one by the other time.

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

    def message(self) -> str:
        """What was found, in one sentence."""
        return f"`at {self.time}` changes nothing here: {self.by} says its own time, {self.own}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix("leave it out"),
            Fix(f"for the number by {self.time}, write the aggregate again with that time"),
        )


class PartialPeriods(Problem):
    """A period of the answer is not whole: the range cuts it, or it is not over.

    ## Why
    The last month of `during 2026 by month` looks like a fall as long as it lasts. Its number is right for the days that it
    has, and not to be compared with that of a whole month.

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
