"""Units that do not add, and means of shares (T302, T304, T307)."""

from typing import ClassVar

from metricdsl.diagnostics.problems.sentences import SentenceProblem


class UnitsDoNotAdd(SentenceProblem):
    """An addition of things with different units.

    ## Why
    100 USD and 3 orders are not 103 of anything.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric odd = sum(order.amount) + count(order)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric order_value = sum(order.amount) / count(order)
    ```
    """

    code: ClassVar = "T302"
    slug: ClassVar = "units-do-not-add"


class MixedCurrencies(SentenceProblem):
    """Money in different currencies, added or compared.

    ## Why
    100 USD and 100 JPY make 200 of neither.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact tax : money(JPY) }
    metric odd = sum(order.amount + order.tax)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact tax : money(USD) }
    metric gross = sum(order.amount + order.tax)
    ```
    """

    code: ClassVar = "T304"
    slug: ClassVar = "mixed-currencies"


class MeanOfAShare(SentenceProblem):
    """The plain mean of shares.

    ## Why
    100 % of 1 call and 50 % of 99 calls are 50.5 % of the calls; the mean of the two shares says 75 %.

    ## Example
    ```metric
    entity interval from intervals { key interval_id  fact service_level : share }
    metric level = avg(interval.service_level)
    ```

    ## Instead
    ```metric
    entity interval from intervals { key interval_id  fact in_time : integer  fact calls : integer }
    metric level = sum(interval.in_time) / sum(interval.calls)
    ```
    """

    code: ClassVar = "T307"
    slug: ClassVar = "mean-of-a-share"
