"""Opening hours of calendars that say too little, or twice, or nothing that can be (N2)."""

from datetime import date
from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class HoursOverlap(SentenceProblem):
    """Two stretches of one day of the week that overlap.

    ## Why
    From 09:00 to 13:00 and from 12:00 to 17:00 is open for eight hours where the hour at noon is one hour, and for nine where it is
    counted twice.

    ## Example
    ```metric
    calendar office { hours monday to friday 09:00 to 13:00, 12:00 to 17:00 }
    ```

    ## Instead
    ```metric
    calendar office { hours monday to friday 09:00 to 12:00, 13:00 to 17:00 }
    ```
    """

    code: ClassVar = "N236"
    slug: ClassVar = "hours-overlap"


class HoursEndBeforeTheyStart(SentenceProblem):
    """A stretch of a day that ends before it starts, or where it starts.

    ## Why
    `22:00 to 06:00` may be eight hours of a night, or sixteen of a day with its ends exchanged. A stretch lies within one day.

    ## Example
    ```metric
    calendar night { hours monday to friday 22:00 to 06:00 }
    ```

    ## Instead
    ```metric
    calendar night {
      hours monday to friday    22:00 to 24:00
      hours tuesday to saturday 00:00 to 06:00
    }
    ```
    """

    code: ClassVar = "N237"
    slug: ClassVar = "hours-end-before-they-start"


class HolidayIsNoDate(Problem):
    """A holiday that is not written as a date.

    ## Why
    Easter is another day each year, and so is the first Monday of a month: which days are closed is listed.

    ## Example
    ```metric
    calendar office { hours monday to friday 09:00 to 17:00  holidays christmas }
    ```

    ## Instead
    ```metric
    calendar office { hours monday to friday 09:00 to 17:00  holidays 2026-12-25, 2027-12-25 }
    ```
    """

    code: ClassVar = "N238"
    slug: ClassVar = "holiday-is-no-date"
    written: str
    day: date | None = None  # the one that is likely to be meant

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"a holiday is a date, and {self.written} is none"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.day is not None and self.span is not None:
            return (Fix(f"write {self.day} without quotes", (Edit(self.span, str(self.day)),), safe=True),)
        return (Fix("list the days, as in `holidays 2026-12-25, 2027-01-01`"),)


class NoOpeningHours(Problem):
    """A calendar without hours, where the open time between two moments is asked for.

    ## Why
    A year that starts in April says nothing of the hours of a day. From Friday evening to Monday morning may be sixty hours, or none.

    ## Example
    ```metric
    calendar fiscal { year starts 04-01 }
    entity ticket from tickets { key ticket_id  time opened_at : timestamp  time answered_at : timestamp }
    metric response = median(business_time(ticket.opened_at, ticket.answered_at, fiscal)) at opened_at
    ```

    ## Instead
    ```metric
    calendar fiscal { year starts 04-01  hours monday to friday 09:00 to 17:30 }
    entity ticket from tickets { key ticket_id  time opened_at : timestamp  time answered_at : timestamp }
    metric response = median(business_time(ticket.opened_at, ticket.answered_at, fiscal)) at opened_at
    ```
    """

    code: ClassVar = "N239"
    slug: ClassVar = "no-opening-hours"
    name: str
    others: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the calendar {self.name} does not say when it is open"

    def fixes(self) -> tuple[Fix, ...]:
        """The calendars that do, or what to write."""
        instead = (
            tuple(Fix(f"take {name}", (Edit(self.span, name),)) for name in self.others) if self.span else ()
        )
        return (
            *instead,
            Fix(f"add its hours, as in `hours monday to friday 09:00 to 17:30`, to the calendar {self.name}"),
        )
