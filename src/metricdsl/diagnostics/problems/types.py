"""T3: values whose kinds or units do not fit."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed, near_fixes


class TypeProblem(Problem):
    """The base of the problems that a function finds in its arguments: its sentence, and what to do."""

    text: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()


class KindsDoNotFit(TypeProblem):
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


class UnitsDoNotAdd(TypeProblem):
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


class DeclaredTypeDiffers(TypeProblem):
    """A metric that says it is one thing and is another.

    ## Why
    Shown as USD, a number of orders is read as money.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue : money(EUR) = sum(order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue : money(USD) = sum(order.amount)
    ```
    """

    code: ClassVar = "T303"
    slug: ClassVar = "declared-type-differs"


class MixedCurrencies(TypeProblem):
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


class NotACondition(TypeProblem):
    """Something that is not true or false where a condition is needed.

    ## Why
    `where status` is all rows on one engine and no row on another.

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


class UnknownType(Problem):
    """A type that does not exist.

    ## Why
    Read as text where a number was meant, "9" is greater than "10".

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : mony(USD) }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    ```
    """

    code: ClassVar = "T306"
    slug: ClassVar = "unknown-type"
    name: str
    near: tuple[str, ...] = ()
    text: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text or f"there is no type {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class MeanOfAShare(TypeProblem):
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


class NotANumber(TypeProblem):
    """A sum or mean of something that is not a number.

    ## Why
    Some engines read the digits at the front of a text and add those.

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


class ValueOutsideDomain(Problem):
    """A text that a dimension never has.

    ## Why
    `status = "wno"` is true of no row: the count of won deals is 0, and looks like bad business.

    ## Example
    ```metric
    entity deal from deals { key deal_id  dimension status : text in ("open", "won", "lost") }
    metric won = count(deal where status = "wno")
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension status : text in ("open", "won", "lost") }
    metric won = count(deal where status = "won")
    ```
    """

    code: ClassVar = "T309"
    slug: ClassVar = "value-outside-domain"
    value: str
    domain: tuple[str, ...]
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f'"{self.value}" is none of the declared values'

    def reason(self) -> str:
        """What there is."""
        shown = tuple(f'"{value}"' for value in self.domain[:12])
        return f"Declared are {listed(shown, 'and')}{' and more' if len(self.domain) > 12 else ''}."

    def fixes(self) -> tuple[Fix, ...]:
        """The near values."""
        return near_fixes(tuple(f'"{value}"' for value in self.near), self.span)
