"""What a result cannot account for (Q514)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class AccountsTellWithheld(Problem):
    """The accounting of a result of which parts may be withheld.

    ## Why
    `minimum` withholds results that few rows make. The parts of an accounting add up to all rows, so that none of them could be
    withheld: how many rows have no match would tell of the few that are not shown.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount) { minimum 5 }
    report regions = revenue by order.region
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount) { minimum 5 }
    report regions = sum(order.amount) by order.region
    ```
    """

    code: ClassVar = "Q514"
    slug: ClassVar = "accounts-tell-withheld"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return "a result with a `minimum` does not account for itself: its parts would tell what is withheld"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("ask without the accounting, or account for a metric that has no `minimum`"),)
