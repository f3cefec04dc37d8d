"""A series in block characters: ▁▂▅█, the least of it lowest, a dot where there is no value."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


def sparkline(values: Sequence[float | None]) -> str:
    """One character for each value."""
    known = [value for value in values if value is not None]
    if not known:
        return NOTHING * len(values)
    low, high = min(known), max(known)

    def block(value: float) -> str:
        if high == low:
            return BLOCKS[len(BLOCKS) // 2]
        return BLOCKS[min(len(BLOCKS) - 1, int((value - low) / (high - low) * len(BLOCKS)))]

    return "".join(NOTHING if value is None else block(value) for value in values)
