"""Baselines that are asked for and not declared."""

from typing import ClassVar

from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed


class NoBaseline(Problem):
    """The baseline of a metric for which none is declared.

    ## Why
    With what a metric is compared is a decision. In December a shop's 130,000 USD are 30 % above November's 100,000 and
    7 % below the 140,000 of the December before: with the month before it has improved, with the year before it has not.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact net : money(USD, 2) }
    metric revenue = sum(order.net)
    metric gain = revenue - baseline(revenue)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact net : money(USD, 2) }
    metric revenue = sum(order.net)
    baseline revenue = prior(revenue, 1 year)
    metric gain = revenue - baseline(revenue)
    ```
    """

    code: ClassVar = "N215"
    slug: ClassVar = "no-baseline"
    metric: str
    others: tuple[str, ...] = ()
    declared: str = ""  # the metric that one may be declared for, where several are asked for

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.metric} {'have' if ' and ' in self.metric else 'has'} no baseline"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        close = near(self.metric, self.others) or self.others[:3]
        known = f"; there is one of {listed(close)}" if close else ""
        name = self.declared or self.metric
        return (Fix(f"declare it, as in `baseline {name} = prior({name}, 1 year)`{known}"),)
