"""Periods that cannot be, and columns that are not there (Q5)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed, near_fixes
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class UnknownColumn(Problem):
    """An order by a column that the result does not have, and that is no metric.

    ## Why
    A limit after no order gives any ten rows, not the top ten: 5 USD beside 900 USD.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report top = revenue by order.region sort revenu desc limit 10
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report top = revenue by order.region sort revenue desc limit 10
    ```
    """

    code: ClassVar = "Q501"
    slug: ClassVar = "unknown-column"
    name: str
    near: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the result has no column {self.name}"

    def reason(self) -> str:
        """What there is."""
        return f"Its columns are {listed(self.columns, 'and')}." if self.columns else ""

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class ImpossiblePeriod(SentenceProblem):
    """A period that is none.

    ## Why
    From a range that ends before it begins no row comes, and the result looks like no business: 0 orders, where
    the 120 of the range read the other way may be meant.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    metric orders = count(order)
    report odd = orders during 2026-06-01 to 2026-01-01
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    metric orders = count(order)
    report half = orders during 2026-01-01 to 2026-06-01
    ```
    """

    code: ClassVar = "Q502"
    slug: ClassVar = "impossible-period"
