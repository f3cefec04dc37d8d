"""The setting that a query is asked in: what a project says of it, and what is given with the question."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from metricdsl.engine.given_values import written_values
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings


def setting_of(
    settings: Settings,
    today: date | None,
    principal: Mapping[str, object] | None,
    parameters: Mapping[str, object] | None,
) -> Context:
    """The setting of a question; without a day given or declared, today is the day of the clock in the project's zone."""
    return Context(
        today=today or settings.today or datetime.now(ZoneInfo(settings.timezone)).date(),
        timezone=settings.timezone,
        week_start=settings.week_start,
        currency=settings.currency,
        principal=written_values(settings.principal if principal is None else principal),
        parameters=written_values(parameters or {}),
    )
