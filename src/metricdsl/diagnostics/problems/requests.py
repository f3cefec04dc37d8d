"""Questions that ask for nothing, or for too much (Q5)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class NothingAsked(Problem):
    """A query whose columns are no metrics.

    ## Why
    A number written in the query is the same in every group, and no group is there to show it in: it could be
    asked once, or once for each of 12 months.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text }
    report odd = 1 by order.region
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text }
    report regions = values order.region
    ```
    """

    code: ClassVar = "Q503"
    slug: ClassVar = "nothing-asked"
    text: str = "no column of this query is made of rows, so there is nothing to group"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("ask for a metric, or for `values` of dimensions"),)


class SameColumnTwice(Problem):
    """Two columns of a result with one name.

    ## Why
    An order by that name, or a program that reads it, would take either: 100 USD or, of the other, 200.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report twice = revenue, revenue: revenue * 2
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report twice = revenue, double: revenue * 2
    ```
    """

    code: ClassVar = "Q504"
    slug: ClassVar = "same-column-twice"
    name: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"two columns are called {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"name one of them, as in `other: {self.name}`"),)


class BadLimit(Problem):
    """A number of rows that is none.

    ## Why
    `limit 0` shows nothing, which looks like no data: 0 rows, where there are 25 regions.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    report none = orders limit 0
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    report one = orders limit 1
    ```
    """

    code: ClassVar = "Q505"
    slug: ClassVar = "bad-limit"
    limit: int

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"limit {self.limit} leaves no row: it must be at least 1"
