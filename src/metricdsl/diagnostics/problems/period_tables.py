"""Tables of periods whose days tell two things (X742)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class DaysOfPeriodsDiffer(Problem):
    """The table of a calendar tells of a day that it is in two periods, or of a period that it lies in another in part.

    ## Why
    An order of a day that stands in the sessions 1 and 2 would be counted in both, or in one that nobody chose. So it would where session 1
    lasts from January 5 to 16 and session 2 from January 12 to 23: a period holds all days from its first to its last.

    ## Example
    ```metric
    calendar trading from trading_days { day d  grain session }
    entity order from orders { key order_id  time ordered_on : date }
    metric orders = count(order)
    ```

    ## Instead
    Have each day once, and one value of the grain for days that follow one another. Where a calendar has several grains, each period of a
    shorter one lies within one of the longer, or outside of all.
    """

    code: ClassVar = "X742"
    slug: ClassVar = "days-of-periods-differ"
    calendar: str  # the period as it is written, `trading.session`
    one: str  # the day that is there twice, or on which the one period begins
    other: str = ""  # the day on which the other begins; "" where a day is there twice
    longer: str = ""  # the longer period, in which the other lies in part

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.other:
            return f"the table of {self.calendar} has two rows of the day {self.one}"
        if self.longer:
            return f"the {self.calendar} from {self.other} lies in the {self.longer} from {self.one} in part"
        return f"the {self.calendar} from {self.one} is not over where the one from {self.other} begins"

    def reason(self) -> str:
        """Why it is refused."""
        if self.longer:
            return "what is counted in it belongs to the longer one in part, and nobody chose which"
        return "a row of such a day belongs to two periods"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if not self.other:
            return (Fix("have each day once"),)
        if self.longer:
            return (Fix(f"end each {self.calendar} where a {self.longer} ends, or before"),)
        return (Fix("give days that follow one another the same value"),)
