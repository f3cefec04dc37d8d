"""Kinds of values that do not fit where they stand, and null beside a comparison (T3)."""

from typing import ClassVar

from metricdsl.diagnostics.problems.sentences import SentenceProblem


class KindsDoNotFit(SentenceProblem):
    """Values of kinds that have nothing in common.

    ## Why
    A text compared with a number is compared as text on one engine and as number on another: "10" < 9 is true on one of them.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric odd = count(order where status > 5)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric open = count(order where status = "open")
    ```
    """

    code: ClassVar = "T301"
    slug: ClassVar = "kinds-do-not-fit"


class NotACondition(SentenceProblem):
    """Something that is not true or false where a condition is needed.

    ## Why
    `where status` is all rows on one engine and no row on another: 100 orders or 0.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric odd = count(order where status)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric won = count(order where status = "won")
    ```
    """

    code: ClassVar = "T305"
    slug: ClassVar = "not-a-condition"


class NotANumber(SentenceProblem):
    """A sum or mean of something that is not a number.

    ## Why
    Some engines read the digits at the front of a text and add those: of "3 kg" and "500 g" the sum is 503
    there, and an error elsewhere.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric odd = sum(order.status)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric statuses = count(distinct order.status)
    ```
    """

    code: ClassVar = "T308"
    slug: ClassVar = "not-a-number"


class ComparedWithNull(SentenceProblem):
    """A comparison with null, written where `is null` is meant.

    ## Why
    Null is a value that is not known: whether it equals another is not known either. `paid_on = null` holds for no order, also for the 40 of
    100 that are not paid, and `status not in ("won", null)` for none.

    ## Example
    ```metric
    entity order from orders { key order_id  time paid_on : date }
    metric unpaid = count(order where paid_on = null)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time paid_on : date }
    metric unpaid = count(order where paid_on is null)
    ```
    """

    code: ClassVar = "T333"
    slug: ClassVar = "compared-with-null"

    def reason(self) -> str:
        """What it would have been."""
        return "Whether something equals what is not known is not known: such a condition never holds."


class NeverHolds(SentenceProblem):
    """A condition that nothing meets, whatever the data is.

    ## Why
    `20 <= amount <= 10` holds for none of 100 orders, and a metric of them is 0 or null for ever. `status = "won" and status = "lost"` is likely to mean
    those that are either, 60 of them.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric closed = count(order where status = "won" and status = "lost")
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text }
    metric closed = count(order where status in ("won", "lost"))
    ```
    """

    code: ClassVar = "T334"
    slug: ClassVar = "never-holds"
