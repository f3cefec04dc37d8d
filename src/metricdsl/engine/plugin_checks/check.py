"""A check of a plugin: what must hold, and the look whether it does."""

from collections.abc import Callable

from metricdsl.value import frozen


@frozen
class Check:
    """`title` says what must hold; `run` gives what is wrong, in lines, and nothing where all is right."""

    title: str
    run: Callable[[], list[str]]


def told(lines: list[str], most: int = 10) -> str:
    """Lines as one text; of many the first."""
    shown = lines[:most]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… and {more} more"] if more else [])])
