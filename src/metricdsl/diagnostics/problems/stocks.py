"""Rows of an entity of stocks, counted at all its dates (G418)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span


class CountedAtEachDate(Problem):
    """A count of the rows of an entity that has stocks, where nothing says which dates are meant.

    ## Why
    A table of balances has each account once for each date. Over January and February 10 accounts are 10, those of the last date, as their balance is read, or
    20, all rows that there are. By one date both are the same; over time they are not.

    ## Example
    ```metric
    entity account from accounts { key account_id }
    entity balance from balances {
      key  account_id, day_on
      join account on account_id
      time day_on : date
      fact held : money(USD) stock last by day_on
    }
    metric balances = count(balance)
    ```

    ## Instead
    ```metric
    entity account from accounts { key account_id }
    entity balance from balances {
      key  account_id, day_on
      join account on account_id
      time day_on : date
      fact held : money(USD) stock last by day_on
    }
    metric accounts = count(distinct balance.account)
    metric rows_of_all_dates = count(balance at day_on)
    ```
    """

    code: ClassVar = "G418"
    slug: ClassVar = "counted-at-each-date"
    entity: str
    stock: str  # a stock of it
    date: str  # and its date
    inside: int = 0  # where the argument ends, in the text

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return (
            f"{self.entity} may have rows of several {self.date}, and nothing says which of them are counted"
        )

    def reason(self) -> str:
        """The two numbers."""
        return f"{self.stock} is that of one date; the rows of all dates of a period are as many more as it has dates."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        at = f" at {self.date}"
        edits = () if self.span is None else (Edit(Span(self.span.file, self.inside, self.inside), at),)
        return (
            Fix(f"to count those of the last {self.date}, give {self.entity} `snapshot by {self.date}`"),
            Fix(f"or say that the rows of all dates are meant: `{at.strip()}` behind {self.entity}", edits),
            Fix("or count what they are of, each once: count(distinct …)"),
        )
