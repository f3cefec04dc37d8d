"""Periods that do not fit, and flows without an opening (G415, G416)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class PeriodDoesNotFit(SentenceProblem):
    """A period moved to where there is no such period, or members by a grain that does not nest with the cell.

    ## Why
    A year before the week of 2026-01-05 is no week: it begins on a Sunday, so that two Mondays fall out of the comparison
    and two Sundays come in. 52 weeks before, there is one. An average of weeks by month would cut the week at the end of
    January in two: its 70 USD would be one week of 30 and one of 40.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report weekly  = prior(revenue, 1 year) by week
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report weekly  = prior(revenue, 52 weeks) by week
    ```
    """

    code: ClassVar = "G415"
    slug: ClassVar = "period-does-not-fit"
    why: str = ""

    def reason(self) -> str:
        """The number it would have spoilt."""
        return self.why


class FlowHasNoOpening(Problem):
    """`opening` of what flows.

    ## Why
    A stock has a value at the moment a period begins; a flow has none. With 40 USD in January and 50 USD in
    February, the revenue before March is 90, all revenue until then, or 50, that of February: `running` and
    `prior` say which.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric strange = opening(revenue)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric so_far  = running(revenue)
    ```
    """

    code: ClassVar = "G416"
    slug: ClassVar = "flow-has-no-opening"
    metric: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.metric or 'this'} is a flow, and only a stock has a value when a period opens"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return "All that flowed before the period is another number than what flowed in the period before it."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        name = self.metric or "m"
        return (
            Fix(f"say `prior({name}, 1 month)` for the period before"),
            Fix(f"say `running({name})` for all that flowed so far"),
            Fix("count what is open: `while … to …`, or declare the fact a `stock`"),
        )
