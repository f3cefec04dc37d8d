"""Declarations about metrics: what they shall reach, what must hold, what happened, what is looked at together."""

from collections.abc import Mapping
from datetime import date

from attrs import field

from metricdsl.source import Span
from metricdsl.syntax.nodes.declarations import Declaration
from metricdsl.syntax.nodes.expressions import Expr, Name, Node
from metricdsl.syntax.nodes.members import Property
from metricdsl.syntax.nodes.queries import During, Grouping, Query
from metricdsl.value import frozen


@frozen(kw_only=True)
class GoalStart(Node):
    """`from 26% on 2026-01-01` in a goal: where it started."""

    value: Expr
    on: date


@frozen(kw_only=True)
class GoalDecl(Declaration):
    """`goal "Title": win_rate >= 30% for 2026-Q4 where … each owner { from 26% on 2026-01-01  warn 27% }`.

    `name` is the title, "" where there is none.
    """

    title: str | None
    target: Expr
    during: During | None = None
    where: Expr | None = None
    each: tuple[Name, ...] = ()
    start: GoalStart | None = None
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class BaselineDecl(Declaration):
    """`baseline win_rate = prior(win_rate, 1 year) { about "…" }`: what a metric is compared with. `name` is the metric's, as written."""

    metric: Name
    formula: Expr
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class ObjectiveDecl(Declaration):
    """`objective grow "Grow" { level strategy  under company  metrics won_revenue }`."""

    label: str | None
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class InvariantDecl(Declaration):
    """`invariant "a closed deal is won or lost": won + lost = closed by month`; `name` is the title or ""."""

    title: str | None
    condition: Expr
    by: tuple[Grouping, ...] = ()
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class EventDecl(Declaration):
    """`event "New price list" on 2026-03-01 { affects win_rate  where …  control … }`; `name` is the title."""

    start: date
    end: date | None = None
    affects: tuple[Name, ...] = ()
    where: Expr | None = None
    control: Expr | None = None
    properties: tuple[Property, ...] = ()
    places: Mapping[str, Span] = field(factory=dict, eq=False, repr=False)  # of each clause, by its word


@frozen(kw_only=True)
class ScorecardDecl(Declaration):
    """`scorecard sales "Sales" { metrics a, b  by month  compare prior year }`: what it shows, as a query."""

    label: str | None
    query: Query
    properties: tuple[Property, ...] = ()
