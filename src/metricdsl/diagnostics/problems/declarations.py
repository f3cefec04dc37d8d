"""N23, T33, L93: goals, units, rates and calendars that say too little, or what this version does not do."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem, Severity
from metricdsl.source import Span


class NotAGoal(Problem):
    """A goal that is no comparison of one metric with a value.

    ## Why
    How far a goal is reached can be said of one metric and one value only.

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
    text: str
    fix: str = "compare a metric with a value, as in `goal win_rate >= 30%`"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()


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
    A comparison with the goal would show one of the two.

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


class IncompleteDeclaration(Problem):
    """Exchange rates, a calendar or an objective that leave out what makes them one, or contradict themselves.

    ## Why
    The rates of each day and the means of a month give two different sums, and of a year that starts nowhere there is no
    first quarter. What is meant has to be said.

    ## Example
    ```metric
    objective grow "Grow in Europe" { level strategy  due soon }
    ```

    ## Instead
    ```metric
    objective grow "Grow in Europe" { level strategy  due 2026-12-31 }
    ```
    """

    code: ClassVar = "N235"
    slug: ClassVar = "incomplete-declaration"
    severity: ClassVar[Severity] = Severity.ERROR
    text: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()


class UnitOfTheLanguage(Problem):
    """A unit called like one that the language has.

    ## Why
    `USD / month` would mean another thing in each file.

    ## Example
    ```metric
    unit share "Shares of stock"
    ```

    ## Instead
    ```metric
    unit stock_share "Shares of stock"
    ```
    """

    code: ClassVar = "T330"
    slug: ClassVar = "unit-of-the-language"
    name: str
    currency: bool = False

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.currency:
            return f"{self.name} is read as a currency, as three capital letters are"
        return f"{self.name} is a type or unit of the language, and keeps its meaning"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give the unit another name"),)


class GoalInAnotherUnit(Problem):
    """A goal for a share that is written as a plain number.

    ## Why
    A win rate of 30 is 3000 %: with `>= 30` the goal is never reached, with `>= 0.3` it may be meant as 0.3 %.

    ## Example
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won) { better higher }
    goal win_rate >= 30
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won) { better higher }
    goal win_rate >= 30%
    ```
    """

    code: ClassVar = "T331"
    slug: ClassVar = "goal-in-another-unit"
    metric: str
    written: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.metric} is shown in percent, and {self.written} is a plain number"

    def fixes(self) -> tuple[Fix, ...]:
        """The percentage of the same digits."""
        if self.span is None or not self.written[-1:].isdigit():
            return (Fix("give the parameter a percentage"),)
        return (Fix(f"write {self.written}%", (Edit(self.span, f"{self.written}%"),)),)


class NotUsedYet(Problem):
    """A calendar whose periods come from a table, which nothing uses in this version.

    ## Why
    It is read and checked. What needs it, its periods, is refused; no number is made without them.

    ## Example
    ```metric
    calendar trading from trading_days { day d  grain session }
    ```

    ## Instead
    Leave it: it is no mistake.
    """

    code: ClassVar = "L930"
    slug: ClassVar = "not-used-yet"
    severity: ClassVar[Severity] = Severity.HINT
    sort: str
    name: str
    what: str

    def message(self) -> str:
        """What is so, in one sentence."""
        return f"nothing uses the {self.sort} {self.name} in this version: {self.what}"
