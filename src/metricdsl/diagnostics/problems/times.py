"""Times and grains that are not there (G406, G409)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span


class NoTime(Problem):
    """A period, asked of something without a time.

    ## Why
    Of two dates either could be meant: an order of January, shipped in February, is 1 order of January by the
    one and 0 by the other. Of none, each month would show the total of all: 12 times 500 customers.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_at : date  time shipped_at : date }
    metric orders = count(order)
    report monthly = orders by month
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date default  time shipped_at : date }
    metric orders = count(order)
    report monthly = orders by month
    ```
    """

    code: ClassVar = "G406"
    slug: ClassVar = "no-time"
    asked: str
    metric: str
    home: str
    times: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        why = "has several times and none is the default" if self.times else "has no time"
        return f"{self.asked} needs a time, but {self.home} ({self.metric}) {why}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if not self.times:
            return (Fix(f"declare a `time` in {self.home}, or say `at` and a date that it reaches"),)
        of_rows = not self.asked.startswith("by ") and " " not in self.asked
        return (
            *(
                Fix(f"say `at {time}` behind it" if of_rows else f"say ({self.metric} at {time})")
                for time in self.times
            ),
            Fix("or mark one of them `default`"),
        )


class GrainTooFine(Problem):
    """A grain finer than the time is known.

    ## Why
    A budget by month, shown by day, stands on the first of each month and nowhere else: 3000 USD on the 1st and
    0 on the 2nd, where a thirtieth, 100 USD a day, may be meant.

    ## Example
    ```metric
    entity budget from budgets { key budget_id  time starts : month  fact amount : money(USD) }
    metric planned = sum(budget.amount)
    report daily = planned by day
    ```

    ## Instead
    ```metric
    entity budget from budgets { key budget_id  time starts : month  fact amount : money(USD) }
    metric planned = sum(budget.amount)
    report monthly = planned by month
    ```
    """

    code: ClassVar = "G409"
    slug: ClassVar = "grain-too-fine"
    asked: str = ""
    time: str = ""
    grain: str = ""
    metric: str = ""
    text: str = ""  # the whole sentence, where a function found it
    written: Span | None = None  # the grain alone, where it is a word by itself

    def message(self) -> str:
        """What is wrong, in one sentence."""
        asked = f" ({self.metric})" if self.metric else ""
        return self.text or f"{self.time}{asked} is known by {self.grain} only, not by {self.asked}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        edits = () if self.written is None else (Edit(self.written, self.grain),)
        return (Fix(f"ask by {self.grain}", edits),) if self.grain else ()
