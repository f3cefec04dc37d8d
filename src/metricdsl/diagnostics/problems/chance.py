"""A standard error of what is made of neither sums nor counts (G419)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class NoStandardError(Problem):
    """A standard error, or an interval, of a formula that is not made of sums and counts.

    ## Why
    A mean may be off by chance by the spread of its values divided by the root of their number, and a median may not: of 100 amounts, 50 of 1 and
    50 of 99, the mean is 50 with an error of 4.9. Their median jumps from 1 to 99 with one amount more or less, and an error of 4.9, or of 0 since its
    neighbours are equal, would both be wrong.

    ## Example
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric off = standard_error(median(order.amount) per customer)
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric off = standard_error(avg(order.amount) per customer)
    ```
    """

    code: ClassVar = "G419"
    slug: ClassVar = "no-standard-error"
    function: str
    part: str  # what is neither a sum nor a count

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.function} takes a formula of sums and counts, and {self.part} is neither"

    def fixes(self) -> tuple[Fix, ...]:
        """What to write instead."""
        return (Fix("take a sum, a count, a rate, an average, or a formula of these by `+ - * /`"),)
