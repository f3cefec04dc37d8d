"""Opening hours of calendars that say too little, or twice, or nothing that can be (N2)."""

from datetime import date
from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import a
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


class HolidaysAreNoDates(Problem):
    """Holidays from a column that is declared as something else than dates.

    ## Why
    A holiday closes a whole day. A moment such as 2026-12-24 14:00 may close the day or the hours from then on, and a name no day at all.

    ## Example
    ```metric
    entity closure from closures { key closure_id  time since : timestamp  dimension reason : text }
    calendar office { hours monday to friday 09:00 to 17:00  holidays from closures.since }
    ```

    ## Instead
    ```metric
    entity closure from closures { key closure_id  time since : timestamp  dimension reason : text }
    source closed_days from closures { day = date(since) }
    calendar office { hours monday to friday 09:00 to 17:00  holidays from closed_days.day }
    ```
    """

    code: ClassVar = "N244"
    slug: ClassVar = "holidays-are-no-dates"
    column: str
    kind: str
    entity: str
    table: str
    source: str | None = None

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"holidays are dates, and `{self.column}` is declared as {a(self.kind)} in {self.entity}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.kind == "timestamp":
            if self.source:
                supplied = f"supply a column `day` in the source {self.source}, a `date(…)`"
                return (Fix(f"to close the whole day, {supplied}, and name that"),)
            source = f"source closed_days from {self.table} {{ day = date({self.column}) }}"
            texts = f'`part({self.column}, " ", 1)`'
            return (
                Fix(f"to close the whole day, write `{source}` and `holidays from closed_days.day`"),
                Fix(f"in a file of texts, {texts} is the day of `2026-12-24 14:00`"),
            )
        return (
            Fix(f"name a column of dates, as in `holidays from {self.source or self.table}.day`"),
            Fix(f"if these are dates, declare them so in {self.entity}: `time {self.column} : date`"),
        )


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
