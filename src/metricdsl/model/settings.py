"""What a project says once for all its definitions."""

from datetime import date

from attrs import frozen


@frozen(kw_only=True)
class Settings:
    """The part of a project file that meaning depends on. `today` is fixed there only for demonstrations and tests."""

    currency: str = "USD"
    timezone: str = "UTC"
    week_start: int = 1  # 1 is Monday … 7 is Sunday
    today: date | None = None
