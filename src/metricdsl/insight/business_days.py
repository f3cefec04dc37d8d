"""The days on which a pace is counted: those on which the project's calendar is open, else all."""

from datetime import date, timedelta

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.opening_hours import opening_hours
from metricdsl.insight.goals import Elapsed
from metricdsl.model.opening_hours import OpeningHours
from metricdsl.model.period import Period, day_of
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen(kw_only=True)
class WorkingDays:
    """Which days count, and what they are called. Without `hours` every day does."""

    hours: OpeningHours | None = None
    why: str = ""

    @property
    def counted(self) -> str:
        """The days that count, in words."""
        return "days" if self.hours is None else f"open days of {self.hours.calendar}"

    def elapsed(self, period: Period, today: date) -> Elapsed | None:
        """How much of a period is over; None of one that is over, and of one that is later."""
        assert period.start is not None, "a cell has a start"
        assert period.end is not None, "a cell has an end"
        start, end = day_of(period.start), day_of(period.end)
        if today >= end:
            return None
        return Elapsed(
            over=self._days(start, max(start, today)), of=self._days(start, end), counted=self.counted
        )

    def _days(self, start: date, end: date) -> int:
        days = (start + timedelta(days=at) for at in range((end - start).days))
        return sum(self.hours is None or bool(self.hours.on(day)) for day in days)


def working_days(analysis: Analysis) -> WorkingDays:
    """The days of the one calendar with hours that the project declares; all days where there is none, or there are several."""
    with_hours = [
        hours
        for declared in analysis.world.directory.all("calendar")
        if isinstance(declared.node, nodes.CalendarDecl)
        and (hours := opening_hours(declared.node)[0]) is not None
    ]
    if len(with_hours) != 1:
        why = "no calendar has hours" if not with_hours else "several calendars have hours"
        return WorkingDays(why=why)
    [hours] = with_hours
    listed = [d for d in analysis.world.directory.all("calendar") if d.node.name == hours.calendar]
    of_table = any(
        one.origin is not None
        for declared in listed
        if isinstance(declared.node, nodes.CalendarDecl)
        for one in declared.node.holidays
    )
    return WorkingDays(hours=hours, why="its holidays from a table are counted as open" if of_table else "")
