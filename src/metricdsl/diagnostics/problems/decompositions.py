"""Why a number moved, where that cannot be told (Q521 to Q524)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class DoesNotDecompose(Problem):
    """A change that is not made of parts which add up to it.

    ## Why
    The median of all deals was 100 and is 120. That of the EU went from 90 to 90, that of the US from 110 to 110: nothing moved in
    either, only their numbers did, and no parts of theirs make the 20. Whatever were shown as the EU's part would be made up.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric typical_deal = median(deal.amount)
    ```

    ```console
    metric why typical_deal
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric mean_deal = avg(deal.amount)
    ```

    ```console
    metric why mean_deal
    ```
    """

    code: ClassVar = "Q521"
    slug: ClassVar = "does-not-decompose"
    metric: str
    of: str
    why: str
    instead: str
    question: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the change of {self.metric} is not made of parts that add up to it"

    def reason(self) -> str:
        """What does not add up."""
        return f"`{self.of}`: {self.why}."

    def fixes(self) -> tuple[Fix, ...]:
        """What can be asked instead."""
        found = [Fix(f"ask about {self.instead}")]
        return (
            (*found, Fix(f'see its values: metric query "{self.question}"')) if self.question else (*found,)
        )


class NothingToCompare(SentenceProblem):
    """A change from or to no value: one of the two is empty, withheld, or no goal that was set.

    ## Why
    From nothing to 120 is no change that has parts: every member would be new. And where no goal is set for exactly the
    period and the members asked for, 0 in its place would make all of 120 a lead.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount) { better higher }
    goal revenue >= 100 for 2026-Q1
    ```

    ```console
    metric why revenue --period 2026-01 --vs goal
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount) { better higher }
    goal revenue >= 100 for 2026-Q1
    ```

    ```console
    metric why revenue --period 2026-Q1 --vs goal
    ```
    """

    code: ClassVar = "Q522"
    slug: ClassVar = "nothing-to-compare"


class NotOverYet(SentenceProblem):
    """A period that cannot be compared as it is not over, or has not begun.

    ## Why
    Ten days of October beside the whole of September look like a loss of two thirds. A period that is not over is compared over
    its finished days, with the same days of the other; on its first day it has none. A goal is set for the whole of it.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount)
    ```

    ```console
    metric why revenue --period "this month" --today 2026-10-01
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount)
    ```

    ```console
    metric why revenue --period "last month" --today 2026-10-01
    ```
    """

    code: ClassVar = "Q523"
    slug: ClassVar = "not-over-yet"


class NoMetricToExplain(SentenceProblem):
    """A change of something that is no metric by its name.

    ## Why
    What moved a number is told by the formula of a metric and by the dimensions that it can be sliced by. An entity has rows, and a
    report has several numbers: which of them moved?

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount)
    metric deals = count(deal)
    ```

    ```console
    metric why "revenue / deals"
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(deal.amount)
    metric deals = count(deal)
    metric deal_size = revenue / deals
    ```

    ```console
    metric why deal_size
    ```
    """

    code: ClassVar = "Q524"
    slug: ClassVar = "no-metric-to-explain"
