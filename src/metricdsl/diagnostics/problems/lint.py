"""Hints about values that may be null, and about metrics that are the same (L9)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class MayBeEmpty(Problem):
    """A difference with a side that may have no row.

    ## Why
    In a month without refunds `revenue - refunds` is null, not the revenue: 100 USD less no refund is shown as
    nothing, and a total of such months is short of 100 USD.

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
    With `if(score >= 9, "promoter", "other")` everybody without a score is an "other": of 10 customers, 3
    promoters and 5 without a score, 30 % are promoters; of those who answered it is 60 %.

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
    When one of them is corrected the other keeps the old number: two reports show 100 and 96 USD of revenue,
    each with a right to it.

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
