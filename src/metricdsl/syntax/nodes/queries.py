"""What is asked."""

from collections.abc import Mapping

from attrs import field

from metricdsl.source import Span
from metricdsl.syntax.nodes.expressions import (
    DurationLiteral,
    Expr,
    Name,
    Node,
)
from metricdsl.value import frozen


@frozen(kw_only=True)
class QueryColumn(Node):
    """`won_revenue`, `size: won_revenue / won_deals`; `text` is the formula as written, runs of white space made one."""

    value: Expr
    text: str = field(eq=False)
    name: str | None = None


@frozen(kw_only=True)
class Grouping(Node):
    """`account.region`, `month`, `region: account.region`, `age(first_order_at, month)`; `value` is a Name or a Call."""

    value: Expr
    text: str = field(eq=False)
    name: str | None = None


@frozen(kw_only=True)
class During(Node):
    """`during 2026`, `during 2026-Q1 to 2026-Q3`, `during last 12 months`, `during this month`.

    Exactly one form: `start` (with `end` None: that period alone) or `relative` with a `DurationLiteral` (last n units)
    or a grain (`this month`, `last month`). Start and end are a Number (a year), PeriodLiteral, DateLiteral, Text or Name.
    """

    start: Expr | None = None
    end: Expr | None = None
    open_end: bool = False  # `2026-01-01 to` without an end
    relative: str | None = None  # "last" | "this"
    span_of: "DurationLiteral | str | None" = None  # last 12 months: the duration; this month: "month"


@frozen(kw_only=True)
class CompareItem(Node):
    """`prior year`, `prior 3 months`, `goal`, `2025`."""

    kind: str  # "prior" | "name" | "period"
    value: Expr | str


@frozen(kw_only=True)
class SortKey(Node):
    """`won_revenue desc`."""

    name: Name
    descending: bool = False


@frozen(kw_only=True)
class Query(Node):
    """What is asked. `columns` is empty for `values …`, whose dimensions stand in `values`.

    A clause written twice: conditions of `where` are and-ed by the reader into one; any other repeated clause is a problem.
    """

    columns: tuple[QueryColumn, ...] = ()
    values: tuple[Grouping, ...] = ()
    by: tuple[Grouping, ...] = ()
    where: Expr | None = None
    during: During | None = None
    having: Expr | None = None
    compare: tuple[CompareItem, ...] = ()
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    fill: bool = False
    places: Mapping[str, Span] = field(
        factory=dict, eq=False, repr=False
    )  # where each clause stands, by its word
