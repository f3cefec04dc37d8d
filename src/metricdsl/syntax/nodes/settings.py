"""Declarations that other formulas rest on: parameters, units, exchange rates, calendars, who sees which rows."""

from decimal import Decimal

from attrs import field, frozen

from metricdsl.source import Span
from metricdsl.syntax.nodes.declarations import Declaration
from metricdsl.syntax.nodes.expressions import Expr, Name, Node
from metricdsl.syntax.nodes.members import Property, TypeWritten


@frozen(kw_only=True)
class ParamDecl(Declaration):
    """`param threshold "Threshold" : number = 30 { about "…" }`."""

    label: str | None
    type: TypeWritten | None
    default: Expr
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class Multiple(Node):
    """`1000 byte`, `8 hours`, `0.5 USD / seat`: a number of other units (name, exponent 1 or -1)."""

    amount: Decimal
    factors: tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class UnitDecl(Declaration):
    """`unit seat "Seats"`, `unit kilobyte = 1000 byte`."""

    label: str | None
    multiple: Multiple | None = None
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class RatesDecl(Declaration):
    """`rates ecb from fx_rates by month average { day d  currency code  into EUR  rate price }`.

    `rule` is "day", "month average", "month end", or None where none is written; `origin` what stands behind `from`.
    """

    label: str | None
    origin: str
    origin_span: Span = field(eq=False, repr=False)
    rule: str | None = None
    rule_span: Span | None = field(default=None, eq=False, repr=False)
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class YearStart(Node):
    """`year starts 04-01`, `year starts sunday nearest 02-01`, `year starts sunday on or after 09-25`."""

    month: int
    day: int
    weekday: str | None = None
    rule: str | None = None  # "nearest" | "on or after", where a weekday is named


@frozen(kw_only=True)
class QuarterWeeks(Node):
    """`quarter 4-4-5`: the weeks of the three months of a quarter."""

    weeks: tuple[int, int, int]


@frozen(kw_only=True)
class CalendarDecl(Declaration):
    """`calendar fiscal { year starts 04-01 }`, `calendar trading from trading_days { day d  grain session }`."""

    label: str | None
    origin: str | None = None
    origin_span: Span | None = field(default=None, eq=False, repr=False)
    year: YearStart | None = None
    quarter: QuarterWeeks | None = None
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class PolicyDecl(Declaration):
    """`policy on opportunity { owner.team = context.team }`; without a condition: `policy open on ticket`."""

    entity: Name
    condition: Expr | None
