"""The best of a dimension, asked where there is nothing to choose from (Q508, Q509)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class PeriodsHaveNoOthers(Problem):
    """The best of a period.

    ## Why
    All other months together are no period: they have no start, no end and no month before. A column that looks at another
    period (`prior`, `trailing`, `running`, a stock at its end) would have no value there, and a total of it would be wrong.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_at : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report best    = revenue by top(month, 3, by: revenue)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report best    = revenue by month sort revenue desc limit 3
    ```
    """

    code: ClassVar = "Q508"
    slug: ClassVar = "periods-have-no-others"
    dimension: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.dimension} is counted in periods, and all others of these together are no period"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix(f"group by {self.dimension}, with `sort` and `limit`"),
            Fix("or choose the best of a dimension: top(customer.region, 3, by: revenue)"),
        )


class TopOutsideBy(Problem):
    """`top(…)` anywhere else than in the `by` of a question.

    ## Why
    Who is among the best depends on the conditions and the range of a question. Inside a formula it could be the best of each
    group, of each member or of everything, and each gives other numbers.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report best    = values top(order.region, 3, by: revenue)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report best    = revenue by top(order.region, 3, by: revenue)
    ```
    """

    code: ClassVar = "Q509"
    slug: ClassVar = "top-outside-by"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return "`top(…)` groups a question by the best of a dimension and all others: it stands behind `by` alone"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix("put it behind `by`: revenue by top(customer.region, 3, by: revenue)"),
            Fix("or choose by a place: having rank(revenue, over: customer.region) <= 3"),
        )
