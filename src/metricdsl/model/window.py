"""The period that an aggregate is evaluated in: fixed, the cell of a key, or one of these moved."""

from typing import TypeAlias

from attrs import frozen

from metricdsl.model.period import Period


@frozen(kw_only=True, cache_hash=True)
class Move:
    """How a time function changes a period.

    `kind` is "prior" (back by `amount` units), "trailing" (the last `amount` units up to its last day), "to_date" (from the start
    of the `unit` of its last day), "at_start" (the first cell of the `unit`), "running" (from the first row ever), "opening"
    (all that is before), or "norm" (all time ends today, and nothing else changes).
    """

    kind: str
    amount: int = 0
    unit: str = ""


@frozen(kw_only=True, cache_hash=True)
class FixedWindow:
    """The same period for all groups: that of the query, perhaps moved."""

    period: Period


@frozen(kw_only=True, cache_hash=True)
class CellWindow:
    """The cell of a `grain` that stands in key number `key` of the frame, cut to the window around it."""

    key: int
    grain: str
    within: "Window"


@frozen(kw_only=True, cache_hash=True)
class MovedWindow:
    """A window moved."""

    of: "Window"
    move: Move


Window: TypeAlias = FixedWindow | CellWindow | MovedWindow
