"""The type of a value: its kind, its unit, whether it can be null."""

from enum import Enum

from attrs import evolve, field

from metricdsl.model.unit import NUMBER, Unit
from metricdsl.value import HashedOnce, frozen


class Kind(Enum):
    """Kinds of values. UNKNOWN is an undeclared column without a catalog (it fits anything); NULL is the literal."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    DURATION = "duration"
    UNKNOWN = "unknown"
    NULL = "null"

    @property
    def numeric(self) -> bool:
        """Whether it can be calculated with as a number."""
        return self in {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}

    @property
    def temporal(self) -> bool:
        """Whether it is a point in time."""
        return self in {Kind.DATE, Kind.TIMESTAMP}


@frozen
class ValueType(HashedOnce):
    """The type of an expression or column.

    `scale` is the number of decimals of a DECIMAL; of an UNKNOWN column of a table, those it has if it is declared one. `unit` says something for numbers, and for durations what they have beside time (so long for each job). `grain` is that of a
    time declared coarser than its kind (`time ds : month`). `domain` are the only texts a dimension may have;
    `ordered` says that a result is sorted in their order (ranges, days of the week), not by code point.
    DURATION values are whole microseconds.
    """

    kind: Kind
    unit: Unit = NUMBER
    scale: int = 0
    nullable: bool = True
    grain: str | None = None
    domain: tuple[str, ...] | None = None
    ordered: bool = field(default=False, kw_only=True)

    @property
    def named(self) -> "ValueType":
        """The type of what a name stands for: it is an amount of its unit, whatever its formula multiplies."""
        unit = self.unit.measured
        return self if unit is self.unit else evolve(self, unit=unit)

    @property
    def measured(self) -> str:
        """What it is measured in, as said to the analyst: USD per order, duration per job; of all others their kind."""
        if self.kind is Kind.DURATION:
            return self.unit.behind(self.kind.value)
        return self.unit.text if self.kind.numeric else self.kind.value


FLOAT_SCALE = 6
"""The decimals that are kept of a number which is declared to be a decimal, and whose table does not say how many it has."""

INTEGER = ValueType(Kind.INTEGER)
FLOAT = ValueType(Kind.FLOAT)
TEXT = ValueType(Kind.TEXT)
BOOLEAN = ValueType(Kind.BOOLEAN)
DATE = ValueType(Kind.DATE)
TIMESTAMP = ValueType(Kind.TIMESTAMP)
DURATION = ValueType(Kind.DURATION)
UNKNOWN = ValueType(Kind.UNKNOWN)
NULL = ValueType(Kind.NULL)
