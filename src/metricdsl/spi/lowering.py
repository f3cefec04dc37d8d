"""How a function becomes SQL. A lowering gets operands and what makes SQL, and gives a sqlglot expression."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from attrs import field

from metricdsl.model.types import ValueType
from metricdsl.value import frozen

if TYPE_CHECKING:
    from sqlglot import exp


@frozen(kw_only=True)
class Operand:
    """An argument, lowered: its SQL, its type, and its value where it is a constant. `sql` may be used once; for another use take `again()`."""

    sql: "exp.Expression"
    type: ValueType
    constant: Any = None
    is_constant: bool = False

    def again(self) -> "exp.Expression":
        """A copy of the SQL, for a second place in the tree."""
        return self.sql.copy()


class Emit(Protocol):
    """What a lowering is handed to make SQL with: constructors that parenthesise, and the setting.

    `week_start` is the first day of a week, 1 (Monday) to 7 (Sunday).

    Values inside SQL have one form for each kind, and a scan brings columns into it. DuckDB, PostgreSQL: the engine's own
    types (timestamps without zone, local). SQLite: a date is the text `2026-01-31`; a timestamp the text
    `2026-01-31 13:30:00`, with `.ffffff` (six digits) only where it is not zero; a boolean 0 or 1; a DECIMAL of scale s a
    whole number of 10^-s. The operators `as_timestamp` and `date` bring a text into that form. Durations are whole
    microseconds (BIGINT) everywhere; a calendar duration (grain "month", "quarter", "year") is a constant, a number of those.
    """

    dialect: str
    timezone: str
    week_start: int

    def call(self, function: str, *operands: Operand, result: ValueType | None = None) -> Operand:
        """Another registered function, lowered for this dialect."""
        ...

    def constant(self, value: Any, type: ValueType) -> Operand:
        """A literal of this type in this dialect."""
        ...

    def function(self, name: str, *arguments: "exp.Expression") -> "exp.Expression":
        """A native function by name (always a fixed name of ours, never text from a definition)."""
        ...

    def cast(self, sql: "exp.Expression", type: ValueType) -> "exp.Expression":
        """A cast to the dialect's type for a value type (DOUBLE, DECIMAL(38, s), BIGINT, TEXT, DATE, TIMESTAMP)."""
        ...

    def double(self, operand: Operand) -> "exp.Expression":
        """A number as a double, in whatever form the dialect has decimals."""
        ...

    def days_of(self, rows: str) -> str:
        """The name of a step with the days of an entity's rows, each once, in its column `day`."""
        ...

    def periods_of(self, grain: str) -> str:
        """The name of a step with the periods of a grain that lie in a table, in order: `cell` is the first day of each, `ends`
        the day after the last, `number` its place among all.
        """
        ...

    def binary(
        self, node: "type[exp.Binary]", left: "exp.Expression", right: "exp.Expression"
    ) -> "exp.Expression":
        """Left OP right, operands parenthesised where they are not atoms."""
        ...


Lowering: TypeAlias = Callable[["Emit", tuple[Operand, ...], ValueType], "exp.Expression"]
"""(emit, operands, result type) → SQL. For an aggregation the operands are already filtered: null on rows that do not pass."""


@frozen
class Refused:
    """A row of the lowering table that says no: the engine cannot, and why. Reported as D601 at compile time."""

    why: str


@frozen
class Emulated:
    """A lowering that stands in for what the engine lacks (told apart in the table from a native one)."""

    lowering: Lowering = field()
