"""Values of members that nothing puts together, and ratios that are added (G413, G414)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class NoLevel(Problem):
    """`per` or `having` behind a formula that nothing aggregates.

    ## Why
    `revenue per customer` could be the revenue of each customer, their mean, or revenue divided by customers:
    of 3 customers with 10, 20 and 90, these are three numbers, 40 (the mean), 20 (the median) or 120 / 3.

    ## Example
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric each    = revenue per customer
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric each    = avg(revenue per customer)
    ```
    """

    code: ClassVar = "G413"
    slug: ClassVar = "no-level"
    word: str
    key: str = ""
    inside: str = ""  # the aggregation around it, which needs members to choose from
    body: str = "…"  # the formula, where it is a name

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.inside:
            return f"`having` chooses among members, and {self.inside}({self.body} having …) names none"
        behind = f"{self.word} {self.key}".strip()
        return f"`{behind}` stands behind a formula that nothing aggregates"

    def reason(self) -> str:
        """The number it would have spoilt."""
        if self.inside:
            return (
                "Whether it is customers, days or orders that the condition is about makes different numbers."
            )
        return "The formula has one value for each member; how these become one value is not said."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.inside:
            fix = Fix(f"name the members: {self.inside}({self.body} per customer having …)")
            return (fix, Fix("or count the rows of an entity: count(customer having …)"))
        if self.word == "having":
            return (
                Fix(
                    f"put it into an aggregate: count(customer having …), sum({self.body} per customer having …)"
                ),
            )
        return (
            Fix(f"name the aggregate around it: avg({self.body} per {self.key})"),
            Fix("for a division write `/`, as in revenue / orders"),
        )


class RatiosDoNotAdd(Problem):
    """A sum of ratios, averages, percentiles or changes.

    ## Why
    Win rates of 50% and 100% do not add up to 150%: a sum of ratios measures nothing.

    ## Example
    ```metric
    entity rep from reps { key rep_id }
    entity deal from deals { key deal_id  join rep on rep_id  dimension won : boolean }
    metric win_rate = rate(deal, that: won)
    metric strange  = sum(win_rate per rep)
    ```

    ## Instead
    ```metric
    entity rep from reps { key rep_id }
    entity deal from deals { key deal_id  join rep on rep_id  dimension won : boolean }
    metric win_rate = rate(deal, that: won)
    metric typical  = avg(win_rate per rep)
    ```
    """

    code: ClassVar = "G414"
    slug: ClassVar = "ratios-do-not-add"
    formula: str = "sum(…)"
    by: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return "this adds up ratios, and ratios do not add"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return "Two members at 50% and 100% would make 150%."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"did you mean avg(… per {self.by})?"),)
