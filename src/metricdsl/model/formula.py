"""The resolved formula: what is calculated, with types; no names are left to look up.

Row expressions (of one row of a home entity) are made of Constant, ColumnRef, Call, RowValue, Rate. Group expressions (of one
group of a result) are made of Constant, Aggregate, GroupingRef, Call, WithEmpty, Named, and of what changes a context: Moved,
Detached, Members, Chosen, Ranked. Derived dimensions and facts are substituted: a ColumnRef always names a stored column.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from attrs import field

from metricdsl.model.period import Period
from metricdsl.model.types import ValueType
from metricdsl.model.window import Move, Window
from metricdsl.source import Span
from metricdsl.value import HashedOnce, frozen

BOUNDS = ("start", "end", "length")
"""What can be said of the period of a formula."""

Scalar: TypeAlias = bool | int | Decimal | float | str | date | datetime | None
"""A constant's value. Durations are whole microseconds (int); shares are Decimals (30% is 0.3)."""


@frozen(kw_only=True)
class Typed(HashedOnce):
    """Anything with a type and a place."""

    type: ValueType
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Constant(Typed):
    """A value written in the formula; `named` is the parameter that it stands for, as written, and `parameter` its full name."""

    value: Scalar
    named: str = field(default="", eq=False, repr=False)
    parameter: str = field(default="", eq=False, repr=False)


@frozen(kw_only=True)
class ColumnRef(Typed):
    """A stored column, reached from the home by the joins in `path` (join names, in order; () is the home itself).

    `entity` is the qualified name of the entity that the path ends at, `column` the name among its columns.
    A column that is an entity used as a dimension is the key of the row *found*: its path ends at that entity.
    """

    path: tuple[str, ...]
    entity: str
    column: str


@frozen(kw_only=True)
class Call(Typed):
    """An operator or scalar function on expressions.

    `function` is a name in the registry. Operators are functions too: add subtract multiply divide negate · and or not ·
    equal not_equal less at_most greater at_least · in (operand, then the items) · is_null · if (condition, then, else) ·
    case (condition, value, …, otherwise) · coalesce. A chain `a <= m <= b` is an `and` of two.
    """

    function: str
    arguments: tuple["Expression", ...]


@frozen(kw_only=True)
class PeriodKey(HashedOnce):
    """A grouping by the period: the cell of `grain` in which the aggregate's own time falls."""

    grain: str


KeyPart: TypeAlias = "Expression | PeriodKey | None"
"""What a key of a frame is for one aggregate: a row expression, its own period, or nothing (the context has dropped it)."""


@frozen(kw_only=True)
class Stock(HashedOnce):
    """How a stock is read: of each period the rows of the last (first) date in it, or the average, greatest, least over its dates.

    `rule` is "last", "first", "avg", "max" or "min"; `by` the date; `per` makes a series of each of its values.
    """

    rule: str
    by: "Expression"
    per: tuple["Expression", ...] = ()


@frozen(kw_only=True)
class Stretch(HashedOnce):
    """From one time to another, row by row: what is open between them (`while`), or shared out over them (`spread`)."""

    start: "Expression"
    end: "Expression"


@frozen(kw_only=True)
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

    `levels` are its keys for each `per` around it, outermost first. In a resolved request `keys` are those of the whole frame
    it stands in (the groupings, then the keys of each level), and `window` is the period it is evaluated in.
    """

    function: str
    home: str
    arguments: tuple["Expression", ...] = ()
    where: "Expression | None" = None
    time: "Expression | None" = None
    time_name: str = ""
    time_written: bool = False
    via: tuple[str, ...] = ()
    keys: tuple[KeyPart, ...] = ()
    levels: tuple[tuple[KeyPart, ...], ...] = ()
    window: Window | None = None
    stock: Stock | None = None
    open: Stretch | None = None
    spread: Stretch | None = None
    metrics: tuple[str, ...] = field(default=(), eq=False)
    order: tuple["Expression", ...] = ()
    starts: "Converted | None" = field(
        default=None, eq=False
    )  # the conversion whose starts it counts, by its own time

    @property
    def read(self) -> tuple["Expression", ...]:
        """The row expressions that its value is made of: the arguments, and with an order the time and what follows it."""
        if not self.order or self.time is None:
            return self.arguments
        return (*self.arguments, self.time, *self.order)


@frozen(kw_only=True)
class GroupingRef(Typed):
    """The value of a grouping of the request in the group looked at (in `having`)."""

    index: int


@frozen(kw_only=True)
class WithEmpty(Typed):
    """A metric with `empty v`: the value where no aggregate of the body has a row, else the body (null included)."""

    body: "Expression"
    value: Constant


@frozen(kw_only=True)
class Named(Typed):
    """A metric used by name: its formula, and the name for naming steps, columns and messages."""

    metric: str
    body: "Expression"


@frozen(kw_only=True)
class Moved(Typed):
    """A formula in a changed period. In a resolved request its aggregates have the changed window, and it is null where one of
    `periods` (the keys of its frame that are periods) is.
    """

    body: "Expression"
    move: Move
    periods: tuple[GroupingRef, ...] = ()


@frozen(kw_only=True)
class OverFrom(HashedOnce):
    """What `over:` names for the aggregates of one home with the ways that `via` names: a dimension's formula, or the path to an entity."""

    home: str
    via: tuple[str, ...] = ()
    parts: tuple["Expression", ...] = ()
    path: tuple[str, ...] | None = None


@frozen(kw_only=True)
class Over(HashedOnce):
    """What `over:` names: a grain, an entity with all its dimensions, or a dimension. `parts` is the name as written, in a scope
    that only analysis knows; `found` what it is for each home; `periods` the grain of a
    time that it is, `order.ordered_at.month`, for each home: a period, where that is the aggregate's own time.
    """

    grain: str | None = None
    entity: str | None = None
    age: "Expression | None" = None  # `at_age`: the age that the coordinate is set to, not dropped
    during: Period | None = None  # `during(m, 2025)`: the period that takes the place of all periods
    member: bool = (
        False  # the member of the `per` around it, and nothing else: the group that it is a member of
    )
    found: tuple[OverFrom, ...] = ()
    periods: tuple[tuple[str, "Expression", str], ...] = ()
    written: str = field(default="", eq=False, repr=False)

    def of(self, home: str, via: tuple[str, ...]) -> tuple[OverFrom, ...]:
        """What it is for an aggregate: by the ways named around it, or from its home where these were named later."""
        here = tuple(one for one in self.found if one.home == home)
        return tuple(one for one in here if one.via == via) or here


@frozen(kw_only=True)
class Detached(Typed):
    """`total`: a formula without the coordinates of its context, or without those that `over` names.

    In a resolved request the aggregates of `body` have those keys set to None, and `whole` is the formula with all of them,
    which says where it has a row (None: the formula does not reach them, and brings nothing).
    """

    body: "Expression"
    over: Over | None = None
    whole: "Expression | None" = None


@frozen(kw_only=True)
class MemberKey(HashedOnce):
    """A key of `per`: its name, its type, and the grain where it is a period of the aggregates' own times."""

    name: str
    type: ValueType
    grain: str | None = None


@frozen(kw_only=True)
class Domain(HashedOnce):
    """All members of a key, for `every`: rows of an entity, `keys` as they see them, `where` what the context asks of them.

    `at` is the place of the first of these among the keys of `per`, `role` the word that means the rows themselves (`owner`). `levels`
    are the keys of each `per` around, outermost first, as these rows have them; in a resolved request they stand behind the groupings in `reached`.
    """

    home: str
    keys: tuple["Expression", ...]
    where: "Expression | None" = None
    reached: tuple["Expression | None", ...] = ()
    levels: tuple[tuple["Expression | None", ...], ...] = ()
    at: int = 0
    role: str = ""


@frozen(kw_only=True)
class Members(Typed):
    """`agg(f per k)`: a formula once for each member, then an aggregation of those values; `having` chooses among the members.

    `arguments` are further constant arguments of the aggregation (the p of a percentile). `offset` is where the keys of its
    members begin among those of the frame inside it, and `moves` how often the period around it was moved; `domains` tell all members where `every` asks for those without rows.
    """

    function: str
    body: "Expression"
    keys: tuple[MemberKey, ...]
    arguments: tuple["Expression", ...] = ()
    having: "Expression | None" = None
    every: bool = False
    domains: tuple[Domain, ...] = ()
    offset: int = 0
    moves: int = 0


@frozen(kw_only=True)
class Chosen(Typed):
    """`count(entity having c)`: how many rows of an entity, among those that its context lets pass, meet a condition on metrics."""

    entity: str
    having: "Expression"
    keys: tuple[MemberKey, ...]
    domains: tuple[Domain, ...]
    offset: int = 0
    moves: int = 0


@frozen(kw_only=True)
class Ranked(Typed):
    """The place of a group by a formula among those that differ only in some coordinates; with `share` the share before it.

    In a resolved request `among` are the keys it may differ in. With `single` no two have one place: among equals the first in
    the order of these keys comes first.
    """

    body: "Expression"
    over: Over
    ascending: bool = False
    share: bool = False
    single: bool = False
    among: tuple[GroupingRef, ...] = ()
    beside: tuple[GroupingRef, ...] = ()


@frozen(kw_only=True)
class GoalOf(Typed):
    """The goal set for exactly the cell that a formula is in; a metric by its name alone has one.

    In a resolved request it is a choice among constants by the groupings, and no more of this kind.
    """

    body: "Expression"


@frozen(kw_only=True)
class RowValue(Typed):
    """A group formula as a value of a row: of all rows of its aggregates that lead to the same `keys`, whatever the query asks.

    `keys` are row expressions from the home; the aggregates of `body` have one level, of as many keys.
    """

    body: "Expression"
    keys: tuple["Expression", ...]


@frozen(kw_only=True)
class Today(Typed):
    """The day that is taken for today."""


@frozen(kw_only=True)
class OwnTime(Typed):
    """The own time of the aggregate that a row formula belongs to; under `while` the day looked at. Plans put it in."""


@frozen(kw_only=True)
class LookedAt(Typed):
    """The day on which a window looks at what is open."""


@frozen(kw_only=True)
class RateTable(HashedOnce):
    """Where exchange rates lie: the entity of their rows, its columns, and by which rule a rate is found.

    `rule` is "day", "month average" or "month end". Rates lead into the one currency of `target`, or into that of the column
    `into`. With `inverse` the rate of the opposite direction, turned over, serves where a direct one is missing.
    """

    entity: str
    day: str
    currency: str
    rate: str
    rule: str
    into: str | None = None
    target: str | None = None
    inverse: bool = False


@frozen(kw_only=True)
class Rate(Typed):
    """How much of the currency `into` one unit of `currency` is at a time; null where no rate is found.

    `amount` is what is converted, for counting those that lack a rate.
    """

    table: RateTable
    currency: "Expression"
    into: str
    at: "Expression"
    amount: "Expression"


@frozen(kw_only=True)
class PeriodBound(Typed):
    """An end of the period of the context, or its length: `which` is "start", "end" (the first moment after it) or "length".

    In a resolved request `window` is that period.
    """

    which: str
    window: Window | None = None


@frozen(kw_only=True)
class Event(HashedOnce):
    """The rows that a conversion starts or ends with: which count at all, when, of whom, and what tells them apart."""

    home: str
    where: "Expression | None"
    time: "Expression"
    by: tuple["Expression", ...]
    key: tuple["Expression", ...]


@frozen(kw_only=True)
class Converted(Typed):
    """Whether some end is credited to a row that is a start; a row expression of the start's home.

    `credit` is "last", "first" or "every": to which of the starts that can take an end it is credited.
    """

    start: Event
    end: Event
    within: Constant
    credit: str = "last"


Expression: TypeAlias = (
    Constant
    | Today
    | OwnTime
    | LookedAt
    | Rate
    | PeriodBound
    | Converted
    | ColumnRef
    | Call
    | Aggregate
    | GroupingRef
    | WithEmpty
    | Named
    | Moved
    | Detached
    | Members
    | Chosen
    | Ranked
    | GoalOf
    | RowValue
)
