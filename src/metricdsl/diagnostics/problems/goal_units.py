"""Units that cannot be declared, or are not those of a goal."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem


class UnitOfTheLanguage(Problem):
    """A unit called like one that the language has.

    ## Why
    `USD / share` could be dollars for a share of stock or for a part of 100 %: 20 USD a share of stock, read as
    a share, would be 20 USD for 100 % and 10 USD for a half.

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
