"""Periods: half-open ranges of local time."""

from datetime import date, datetime

from attrs import frozen


@frozen
class Period:
    """From `start` (included) to `end` (excluded), readings of the local clock; None is without an end on that side.

    Dates are their midnights. A timestamp is in it if its local reading is.
    """

    start: date | datetime | None = None
    end: date | datetime | None = None


ALL_TIME = Period()
