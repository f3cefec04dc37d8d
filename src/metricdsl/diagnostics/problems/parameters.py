"""N231, L931, Q51: parameters, and what is given for them."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.names import a, listed


class ParameterWithoutValue(Problem):
    """A parameter whose default is no plain value.

    ## Why
    A parameter is a constant: a formula behind it would be another number in each group. With the mean of all
    deals, 1000 USD, 4 deals are large; with the mean of each rep's own, 9 are.

    ## Example
    ```metric
    entity deal from deals { key deal_id  fact amount : money(USD) }
    param large = avg(deal.amount)
    metric large_deals = count(deal where amount > large)
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  fact amount : money(USD) }
    param large : money(USD) = 10000
    metric large_deals = count(deal where amount > large)
    ```
    """

    code: ClassVar = "N231"
    slug: ClassVar = "parameter-without-value"
    name: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the parameter {self.name} needs a plain value: a number, a percentage, a text, a date, a duration"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("write the value, or make it a metric or a `define`"),)


class ShadowedParameter(Problem):
    """A parameter called like a column.

    ## Why
    Inside an aggregate of the entity the column is meant: `region = region` holds for every account that has
    one, so that 1000 accounts are counted where the 300 of the parameter's region are meant.

    ## Example
    ```metric
    entity account from accounts { key account_id  dimension region : text }
    param region = "EU"
    metric accounts = count(account where region = "EU")
    ```

    ## Instead
    ```metric
    entity account from accounts { key account_id  dimension region : text }
    param home_region = "EU"
    metric accounts = count(account where region = home_region)
    ```
    """

    code: ClassVar = "L931"
    slug: ClassVar = "shadowed-parameter"
    severity: ClassVar[Severity] = Severity.HINT
    name: str
    entity: str

    def message(self) -> str:
        """What may happen, in one sentence."""
        return f"inside an aggregate of {self.entity}, {self.name} is its column and not this parameter"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give the parameter another name"),)


class NotAParameter(Problem):
    """A value was given for a parameter that there is not.

    ## Why
    Left out, the question would be answered with the default, as if the value had counted: 40 orders of at
    least 100 USD, where the 12 of at least 200 USD are meant.

    ## Example
    ```text
    entity order from orders { key order_id  fact amount : money(USD) }
    param large : money(USD) = 100
    metric large_orders = count(order where amount >= large)
    ```
    With `metric query large_orders --param lrage=200`.

    ## Instead
    `metric query large_orders --param large=200`
    """

    code: ClassVar = "Q512"
    slug: ClassVar = "not-a-parameter"
    name: str
    near: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"a value is given for {self.name}, and there is no such parameter"

    def reason(self) -> str:
        """What there is."""
        return (
            f"There {'are' if len(self.known) > 1 else 'is'} {listed(self.known, 'and')}."
            if self.known
            else ""
        )

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return tuple(Fix(f"give it for {name}") for name in self.near)


class NoValueOfParameter(Problem):
    """What was given for a parameter is no value of its type.

    ## Why
    A parameter is a constant with a type and a unit: 30 for a share would be 3000 %.

    ## Example
    ```text
    entity order from orders { key order_id  dimension paid : boolean }
    param most : share = 75%
    metric above = rate(order, that: paid) - most
    ```
    With `metric query above --param most=much`.

    ## Instead
    `metric query above --param most=80%`. Texts stand without quotes, dates as `2026-01-31`, durations as `28 days`.
    """

    code: ClassVar = "Q513"
    slug: ClassVar = "no-value-of-parameter"
    name: str
    kind: str
    text: str
    default: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"`{self.text}` is no value of {self.name}, a parameter that is {a(self.kind)}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        said = f", as in `{self.default}`" if self.default else ", a text without quotes"
        return (Fix(f"write it as the default is written{said}"),)
