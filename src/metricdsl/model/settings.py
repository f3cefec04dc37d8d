"""What a project says once for all its definitions."""

from collections.abc import Mapping
from datetime import date

from attrs import field

from metricdsl.value import frozen


@frozen(kw_only=True)
class Settings:
    """The part of a project file that meaning depends on. `today` is fixed there only for demonstrations and tests.

    `principal` is who asks where a question does not say; `parameters` are values in place of defaults: those of the
    project file, and those given with a question.
    """

    currency: str = "USD"
    timezone: str = "UTC"
    week_start: int = 1  # 1 is Monday … 7 is Sunday
    today: date | None = None
    principal: Mapping[str, str] = field(factory=dict)
    parameters: Mapping[str, str] = field(factory=dict)
