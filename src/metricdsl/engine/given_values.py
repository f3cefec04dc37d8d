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
        return f"{Decimal(value // timedelta(microseconds=1)).scaleb(-6).normalize():f} seconds"
    return value.isoformat() if isinstance(value, date) else str(value)
