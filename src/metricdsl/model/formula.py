"""The resolved formula: what is calculated, with types; no names are left to look up.

Row expressions (of one row of a home entity) are made of Constant, ColumnRef and Call. Group expressions (of one group
of a result) are made of Constant, Aggregate, GroupingRef, Call, WithEmpty and Named. Derived dimensions and facts are
substituted: a ColumnRef always names a stored column.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen

from metricdsl.model.types import ValueType
from metricdsl.source import Span

Scalar: TypeAlias = bool | int | Decimal | float | str | date | datetime | None
"""A constant's value. Durations are whole microseconds (int); shares are Decimals (30% is 0.3)."""


@frozen(kw_only=True, cache_hash=True)
class Typed:
    """Anything with a type and a place."""

    type: ValueType
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(kw_only=True, cache_hash=True)
class Constant(Typed):
    """A value written in the formula."""

    value: Scalar


@frozen(kw_only=True, cache_hash=True)
class ColumnRef(Typed):
    """A stored column, reached from the home by the joins in `path` (join names, in order; () is the home itself).

    `entity` is the qualified name of the entity that the path ends at, `column` the name among its columns.
    A column that is an entity used as a dimension is the key of the row *found*: its path ends at that entity.
    """

    path: tuple[str, ...]
    entity: str
    column: str


@frozen(kw_only=True, cache_hash=True)
class Call(Typed):
    """An operator or scalar function on expressions.

    `function` is a name in the registry. Operators are functions too: add subtract multiply divide negate · and or not ·
    equal not_equal less at_most greater at_least · in (operand, then the items) · is_null · if (condition, then, else) ·
    case (condition, value, …, otherwise) · coalesce. A chain `a <= m <= b` is an `and` of two.
    """

    function: str
    arguments: tuple["Expression", ...]


@frozen(kw_only=True, cache_hash=True)
class PeriodKey:
    """A grouping by the period: the cell of `grain` in which the aggregate's own time falls."""

    grain: str


@frozen(kw_only=True, cache_hash=True)
class Aggregate(Typed):
    """An aggregation of the rows of one home entity in a context.

    `arguments` and `where` are row expressions from the home (`where` holds everything that filters it, the query's
    conditions included; None is no condition). `time` is its own time (None: it has none), `time_name` how the analyst
    calls it (`closed_at`, `order.ordered_at`). `keys` are, for a resolved request, one for each of its groupings in
    order; for a metric of the model they are empty. `count(entity)` has function "count_rows" and no argument;
    `count(x)` "count"; `count(distinct x, …)` "count_distinct"; `percentile(x, 90%)` has p as a second, constant argument.
    `via` are joins by which a tie of paths is settled for names that come later (the query's). `time_written` tells a
    time that was asked for with `at` from the entity's default, which an outer `at` replaces. `metrics` are the names of
    the metrics it was written in, outermost last (for naming steps and for messages). `order` belongs to aggregations by time
    (first, last): the row expressions that tell rows of one time apart, the key of the home; it is empty for all others.
    """

    function: str
    home: str
    arguments: tuple["Expression", ...] = ()
    where: "Expression | None" = None
    time: "Expression | None" = None
    time_name: str = ""
    time_written: bool = False
    via: tuple[str, ...] = ()
    keys: tuple["Expression | PeriodKey", ...] = ()
    metrics: tuple[str, ...] = field(default=(), eq=False)
    order: tuple["Expression", ...] = ()

    @property
    def read(self) -> tuple["Expression", ...]:
        """The row expressions that its value is made of: the arguments, and with an order the time and what follows it."""
        if not self.order or self.time is None:
            return self.arguments
        return (*self.arguments, self.time, *self.order)


@frozen(kw_only=True, cache_hash=True)
class GroupingRef(Typed):
    """The value of a grouping of the request in the group looked at (in `having`)."""

    index: int


@frozen(kw_only=True, cache_hash=True)
class WithEmpty(Typed):
    """A metric with `empty v`: the value where no aggregate of the body has a row, else the body (null included)."""

    body: "Expression"
    value: Constant


@frozen(kw_only=True, cache_hash=True)
class Named(Typed):
    """A metric used by name: its formula, and the name for naming steps, columns and messages."""

    metric: str
    body: "Expression"


Expression: TypeAlias = Constant | ColumnRef | Call | Aggregate | GroupingRef | WithEmpty | Named
