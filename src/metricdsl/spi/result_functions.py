"""Functions that run on a result, outside SQL: of metrics, and of series of them. What they need is in the result's SQL."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from metricdsl.model.types import ValueType
from metricdsl.spi.defs import Example, Mismatch
from metricdsl.value import frozen

Cell: TypeAlias = bool | int | Decimal | float | str | date | datetime | timedelta | None
"""A value of a result, as its rows have it."""

MOST_MEMBERS = 10_000


@frozen(kw_only=True)
class KeyType:
    """A key of members: its name, its type, and the grain where it is a period ("month")."""

    name: str
    type: ValueType
    grain: str | None = None


@frozen(kw_only=True)
class SeriesType:
    """The type of an argument with `per`: what its members are, and what is known of each (`values`)."""

    keys: tuple[KeyType, ...]
    values: tuple[ValueType, ...]

    @property
    def in_time(self) -> bool:
        """Whether the members are days, moments or periods."""
        return len(self.keys) == 1 and self.keys[0].type.kind.temporal

    @property
    def spaced(self) -> bool:
        """Whether it is known how many steps lie between two members: periods of one length by name, or whole numbers."""
        if len(self.keys) != 1:
            return False
        (key,) = self.keys
        return key.grain in STEPS or (key.grain is None and key.type.kind.value == "integer")


STEPS = ("day", "week", "month", "quarter", "year")
"""The periods of which it is known how many lie between two."""


@frozen(kw_only=True)
class Member:
    """One member of a series. `key` is its first key where that is a time or a number, else None; `values` one for each formula
    before `per`, null where that is null; `place` how many steps it is behind the first (None where that is not known).
    """

    key: Cell
    values: tuple[Cell, ...]
    place: int | None = None


@frozen
class Series:
    """What an argument with `per` is in one group: its members in the order of their keys."""

    members: tuple[Member, ...]


ArgumentType: TypeAlias = ValueType | SeriesType
Argument: TypeAlias = Cell | Series


class NoValue(Exception):  # noqa: N818 - it is no error: the value is null, for a reason that is told
    """Raised by a function that has no value for what it is given: the result is null, and the reason is told with it."""


@frozen(kw_only=True)
class ResultFunctionDef:
    """A function of a group's values that no SQL says: a rate of return, the least number of agents.

    `infer` gives the type of the result from those of the arguments: a `SeriesType` where there is a `per`. `evaluate` gets the
    arguments of one group, in the same order, and never a null or a series without members: there the result is null. It gives a
    value of the inferred type, or raises `NoValue`. It is to be pure: of the same arguments the same value, without files or clocks.
    A series has at most `most_members`; the question is refused where one has more. `examples` say how the kit and the documents call it.
    """

    name: str
    signature: str
    infer: Callable[[Sequence[ArgumentType]], ValueType | Mismatch]
    evaluate: Callable[[Sequence[Argument]], Cell]
    doc: str
    examples: tuple[Example, ...] = ()
    least: int = 1
    most: int | None = None  # None: as least; -1: any number
    most_members: int = MOST_MEMBERS
    since: str = "0.1"
