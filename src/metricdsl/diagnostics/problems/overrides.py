"""What cannot be overridden (N2)."""

from typing import ClassVar

from metricdsl.diagnostics.problems.sentences import SentenceProblem


class CannotOverride(SentenceProblem):
    """Something that cannot be put in the place of another package's.

    ## Why
    A project may put its own metric in the place of a package's: then every metric of the package that is made of it gives
    another number, a revenue of 80 USD without refunds for one of 100 USD. So it is said once, by the project, for a metric of
    another package. If a pack could do it, a package that is installed would change the numbers of all others; if two could,
    the number would depend on which of them was read first.

    ## Example
    ```metric
    package shop
    entity order from orders { key order_id  fact amount : money(USD)  fact refund : money(USD) }
    metric revenue = sum(order.amount)
    ```
    ```metric
    package board
    use shop
    metric revenue     = sum(order.amount - order.refund) { overrides shop.revenue }
    metric net_revenue = sum(order.amount) - sum(order.refund) { overrides shop.revenue }
    ```

    ## Instead
    ```metric
    package shop
    entity order from orders { key order_id  fact amount : money(USD)  fact refund : money(USD) }
    metric revenue = sum(order.amount)
    ```
    ```metric
    package board
    use shop
    metric revenue = sum(order.amount - order.refund) { overrides shop.revenue }
    ```
    """

    code: ClassVar = "N242"
    slug: ClassVar = "cannot-override"
    why: str = ""

    def reason(self) -> str:
        """What it would have spoilt."""
        return self.why
