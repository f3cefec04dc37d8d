"""Periods: half-open ranges of local time."""

from datetime import date, datetime, timedelta

from attrs import frozen


@frozen
class Period:
    """From `start` (included) to `end` (excluded), readings of the local clock; None is without an end on that side.

    Dates are their midnights. A timestamp is in it if its local reading is.
    """

    start: date | datetime | None = None
    end: date | datetime | None = None


ALL_TIME = Period()


def day_of(value: date | datetime) -> date:
    """The day that a moment lies on."""
    return value.date() if isinstance(value, datetime) else value


def midnight(value: date | datetime) -> datetime:
    """A moment; of a day its first."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001


def beginning(value: date | datetime, grain: str, week_start: int) -> date | datetime:
    """The beginning of the cell of a grain that a moment lies in; a day, but for hours and minutes."""
    match grain:
        case "minute":
            return midnight(value).replace(second=0, microsecond=0)
        case "hour":
            return midnight(value).replace(minute=0, second=0, microsecond=0)
        case _:
            return first_day(day_of(value), grain, week_start)


def first_day(day: date, grain: str, week_start: int) -> date:
    """The first day of the day, week, month, quarter or year that a day lies in."""
    match grain:
        case "week":
            return day - timedelta(days=(day.isoweekday() - week_start) % 7)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day
