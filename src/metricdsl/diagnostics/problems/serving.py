"""X73: what the data at hand cannot serve."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class NotAvailableHere(Problem):
    """A metric that the data at hand cannot serve, and for want of what; the others work.

    ## Why
    A pack, or a set of definitions shared by several companies, names more than any one of them stores. A column that is
    not there is not zero and not null: the metric is refused, and nothing else is.

    ## Example
    `metric check --live` on a folder with `orders.csv` that has no column `discount`:

    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact discount : money(USD) }
    metric revenue   = sum(order.amount)
    metric discounts = sum(order.discount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar = "X731"
    slug: ClassVar = "not-available-here"
    severity: ClassVar = Severity.WARNING
    metric: str
    needs: tuple[str, ...]

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.metric} is not available here: it needs {' and '.join(self.needs)}"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return "Queries without it work."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("supply it in the entity's `source`, or leave the metric out"),)
