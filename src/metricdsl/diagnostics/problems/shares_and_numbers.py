"""Units that cannot be declared, and plain numbers beside shares."""

from decimal import Decimal
from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem, Severity
from metricdsl.source import Span


class UnitOfTheLanguage(Problem):
    """A unit called like one that the language has.

    ## Why
    `USD / share` could be dollars for a share of stock or for a part of 100 %: 20 USD a share of stock, read as
    a share, would be 20 USD for 100 % and 10 USD for a half.

    ## Example
    ```metric
    unit share "Shares of stock"
    entity holding from holdings { key holding_id  fact pieces : share }
    ```

    ## Instead
    ```metric
    unit stock_share "Shares of stock"
    entity holding from holdings { key holding_id  fact pieces : stock_share }
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


class NumberBesideShare(Problem):
    """A share beside a plain number: in a goal, a comparison, a choice, a band of `better`, a parameter.

    ## Why
    A win rate of 30 is 3000 %: with `>= 30` the goal is never reached, with `>= 0.3` it may be meant as 0.3 %. The same of
    `if(win_rate > 30, …)`. Only 0 and 1 are nothing and all either way.

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
    slug: ClassVar = "number-beside-a-share"
    metric: str
    written: str = ""  # the number, or the name of what has it; nothing where it is calculated
    parameter: bool = False
    elsewhere: bool = False  # whether a metric is the number
    points: bool = False  # a difference of shares, which no percentage is compared with as it is
    times_hundred: bool = (
        False  # whether the share is multiplied by 100, so that the number is one of percent
    )
    factor: tuple[Edit, ...] = ()  # what takes that factor away

    def message(self) -> str:
        """What is wrong, in one sentence."""
        shown = "points" if self.points else "percent"
        return f"{self.metric} is shown in {shown}, and {self.written or 'this'} is a plain number"

    def reason(self) -> str:
        """What the number would be."""
        return (
            f"As a plain number {self.written} is {self._times_100()}."
            if self._digits()
            else "The number 5 is 500%."
        )

    def fixes(self) -> tuple[Fix, ...]:
        """The percentage of the same digits, and that of the number; of a part of one, the latter first."""
        if self.elsewhere:
            return (
                Fix(f"write {self.written} in percent, or say that it is a share: ({self.written} as share)"),
            )
        if not self.written:
            return (Fix("write it in percent, as in 5%"),)
        if self.span is None or not self._digits():
            return (Fix("give the parameter a percentage"),)
        same, whole = f"{self.written}%", self._times_100()
        if self.times_hundred:
            text = f"({same} as points)" if self.points else same
            edits = (*self.factor, Edit(self.span, text)) if self.factor else ()
            return (Fix(f"take the factor 100 away, and write {text}", edits),)
        ordered = (whole, same) if abs(Decimal(self.written)) < 1 else (same, whole)
        texts = [f"({text} as points)" if self.points else text for text in ordered]
        return tuple(Fix(f"write {text}", (Edit(self.span, text),)) for text in texts)

    def _digits(self) -> bool:
        return bool(self.written) and not self.parameter and not self.elsewhere

    def _times_100(self) -> str:
        number = f"{Decimal(self.written) * 100:f}"
        return f"{number.rstrip('0').rstrip('.') if '.' in number else number}%"


class ShareTimesHundred(Problem):
    """A share that is multiplied by 100.

    ## Why
    A share is shown in percent: `won / deals` shows 62.5 %, so `won / deals * 100` shows 6,250 %. Every goal and comparison
    beside it reads it so. Where the bare number 62.5 is meant, `as number` says so.

    ## Example
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric deals    = count(deal)
    metric win_rate = count(deal where is_won) / deals * 100
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension is_won : boolean }
    metric deals    = count(deal)
    metric win_rate = count(deal where is_won) / deals
    ```
    """

    code: ClassVar = "L910"
    slug: ClassVar = "share-times-hundred"
    severity: ClassVar[Severity] = Severity.HINT
    what: str  # share, change, difference of shares
    rest: str  # what is left without the factor
    rounded: bool = False  # whether the digits that it is rounded to are those of a percentage
    shared: bool = False  # whether it stands in a define, which is used with what is no share too
    beside: tuple[tuple[Span, str], ...] = ()  # the like of it in the same sum, and what is left of each

    @property
    def places(self) -> tuple[tuple[Span, str], ...]:
        """Where the factor stands, and what is left without it."""
        assert self.span is not None, "it is told of a formula"
        return ((self.span, self.rest), *self.beside)

    def message(self) -> str:
        """What comes of it, in one sentence."""
        shown = "points" if self.what.startswith("difference") else "percent"
        return f"a {self.what} is shown in {shown} as it is: times 100 it is shown as a hundred times as much"

    def fixes(self) -> tuple[Fix, ...]:
        """Without the factor, or as the number that it then is."""
        if self.shared:
            return (
                Fix(f"write {self.rest}: it changes wherever the define is used"),
                Fix("or use it with what is no share alone, or say `as number` of all of it"),
            )
        if self.rounded:
            return (
                Fix(f"write {self.rest}, and round it to two digits more: 1% is 0.01"),
                Fix("or say `as number` of all of it, where a bare number is to be shown"),
            )
        written = " and ".join(dict.fromkeys(rest for _, rest in self.places))
        return (
            Fix(f"write {written}", tuple(Edit(span, rest) for span, rest in self.places)),
            Fix("or say `as number` of all of it, where a bare number is to be shown"),
        )
