"""Types and values that are not as declared (T303, T306, T309)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed, near_fixes
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class DeclaredTypeDiffers(SentenceProblem):
    """A metric that says it is one thing and is another.

    ## Why
    Shown as USD, a number of orders is read as money: 12 orders as 12 USD.

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
        """The near names, put in where the name stands alone: beside other words it is told."""
        alone = self.span is not None and self.span.end - self.span.start == len(self.name)
        return near_fixes(self.near, self.span if alone else None)


class ValueOutsideDomain(Problem):
    """A text that a dimension never has.

    ## Why
    `status = "wno"` is true of no row: the count of won deals is 0 instead of 12, and looks like bad business.

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
