"""Values from Python, for parameters and of the one who asks, as they are written on the command line."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal


def written_values(values: Mapping[str, object]) -> dict[str, str]:
    """Values by name, in the order of the names."""
    return {name: written_value(value) for name, value in sorted(values.items())}


def written_value(value: object) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return _written_length(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    raise TypeError(
        f"{value!r} is no value of the language: give a text, a number, a date, a timedelta, True or False"
    )


def _written_length(length: timedelta) -> str:
    """A length of time in the longest unit that it is a whole number of: `28 days`, `90 minutes`, `1.5 seconds`."""
    for unit in ("days", "hours", "minutes"):
        one = timedelta(**{unit: 1})
        if not length % one:
            return f"{length // one} {unit}"
    return f"{Decimal(length // timedelta(microseconds=1)).scaleb(-6).normalize():f} seconds"
