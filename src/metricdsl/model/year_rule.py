"""Years that declared calendars say, and the grains that they name.

A grain of a calendar is a text of its name and the rule of its years, behind a back-quote, which no name can have:
"fiscal.quarter`02-01", "retail.month`sunday nearest 02-01 4-5-4". It stands wherever a plain grain does.
"""

from functools import cache

from metricdsl.model.period_table import FROM, RULE
from metricdsl.value import HashedOnce, frozen

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AHEAD = {"nearest": 3, "on or after": 6}
"""How many days behind the day named the last day may lie whose week is the year's first."""
WEEKS = {(5, 4, 4): 0, (4, 5, 4): 1, (4, 4, 5): 2}
"""How the 13 weeks of a quarter are shared out among its months: week n of a year, from 0, is in month (3 n + this) / 13."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""The grains that are counted in months, and in how many; all others have a length."""
ON_EACH_MONTH = 28
"""The last day that each month has."""


@frozen
class YearRule(HashedOnce):
    """When the years of a calendar start: on a day (month, day), or on the weekday that is nearest to it, or the first from it on.

    `weekday` is 1 (Monday) to 7, or 0; `ahead` is 3 for the nearest, 6 for the first from the day on. Such a year has whole weeks,
    of which the months of a quarter have as many as `weeks` says, if it says anything.
    """

    month: int = 1
    day: int = 1
    weekday: int = 0
    ahead: int = 0
    weeks: tuple[int, int, int] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The grains that such a calendar has."""
        if not self.weekday:
            return ("month", "quarter", "year") if self.day <= ON_EACH_MONTH else ("year",)
        return ("week", "month", "quarter", "year") if self.weeks else ("week", "year")

    @property
    def shares(self) -> int:
        """How the weeks of a quarter are shared out, as WEEKS says."""
        assert self.weeks is not None, "only then are there months"
        return WEEKS[self.weeks]

    @property
    def text(self) -> str:
        """As a grain says it."""
        day = f"{self.month:02}-{self.day:02}"
        if not self.weekday:
            return day
        rule = next(rule for rule, ahead in AHEAD.items() if ahead == self.ahead)
        weeks = " " + "-".join(map(str, self.weeks)) if self.weeks else ""
        return f"{WEEKDAYS[self.weekday - 1]} {rule} {day}{weeks}"

    def grain(self, calendar: str, part: str) -> str:
        """A grain of a calendar with such years: the plain one where its cells are the plain ones."""
        if not self.weekday and self.day == 1 and (self.month - 1) % MONTHS[part] == 0:
            return part
        return f"{calendar}.{part}{RULE}{self.text}"


@cache
def rule_of(grain: str) -> YearRule | None:
    """The rule of a calendar's grain; None of a plain one, and of one from a table."""
    text = grain.partition(RULE)[2]
    if not text or text.startswith(FROM):
        return None
    said = text.split(" ")
    weeks = next((weeks for weeks in WEEKS if said[-1] == "-".join(map(str, weeks))), None)
    if weeks is not None:
        said.pop()
    month, day = map(int, said.pop().split("-"))
    if not said:
        return YearRule(month, day)
    return YearRule(month, day, WEEKDAYS.index(said[0]) + 1, AHEAD[" ".join(said[1:])], weeks)
