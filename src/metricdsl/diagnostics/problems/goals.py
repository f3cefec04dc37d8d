"""Goals that cannot be judged, or hold twice."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.sentences import SentenceProblem
from metricdsl.source import Span


class NotAGoal(SentenceProblem):
    """A goal that is no comparison of one metric with a value.

    ## Why
    How far a goal is reached can be said of one metric and one value only: `deals * 2 >= 100` with 40 deals is
    reached by 80 % as it is written, and has no metric whose page could show it.

    ## Example
    ```metric
    entity deal from deals { key deal_id }
    metric deals = count(deal) { better higher }
    goal deals * 2 >= 100
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id }
    metric deals = count(deal) { better higher }
    goal deals >= 50
    ```
    """

    code: ClassVar = "N232"
    slug: ClassVar = "not-a-goal"
    fix: str = "compare a metric with a value, as in `goal win_rate >= 30%`"


class GoalWithoutBetter(Problem):
    """A goal for a metric of which nobody said what is better.

    ## Why
    Whether 35 % is ahead of a goal of 30 % or behind it depends on it: for a win rate ahead, for churn behind.

    ## Example
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won)
    goal win_rate >= 30%
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won) { better higher }
    goal win_rate >= 30%
    ```
    """

    code: ClassVar = "N233"
    slug: ClassVar = "goal-without-better"
    metric: str
    better: str = ""  # what it says, where the goal goes the other way

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.better:
            return f"of {self.metric} {self.better} is better, and this goal asks for the other way"
        return f"{self.metric} does not say what is better, so nobody can tell whether its goal is reached"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.better:
            return (Fix(f"turn the sign of the goal around, or correct `better {self.better}`"),)
        return (Fix(f"add `better higher` or `better lower` to {self.metric}"),)


class GoalSetTwice(Problem):
    """A second goal for the same metric, period and groups.

    ## Why
    A comparison with the goal would show one of the two: 55 deals are above a goal of 50, and below one of 60.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date }
    metric deals = count(deal) { better higher }
    goal deals >= 50 for 2026
    goal deals >= 60 for 2026
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date }
    metric deals = count(deal) { better higher }
    goal deals >= 50 for 2026
    goal deals >= 60 for 2027
    ```
    """

    code: ClassVar = "N234"
    slug: ClassVar = "goal-set-twice"
    metric: str
    first: Span | None = None

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"there is a goal for {self.metric} for the same period and groups already"

    def reason(self) -> str:
        """Where the first stands."""
        return "" if self.first is None else f"The first stands in {self.first.file}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("keep one of them, or set them for different periods"),)
