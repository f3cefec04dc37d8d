"""Declarations that other formulas rest on: parameters, units, exchange rates, calendars, who sees which rows."""

from decimal import Decimal

from attrs import field

from metricdsl.source import Span
from metricdsl.syntax.nodes.declarations import Declaration
from metricdsl.syntax.nodes.expressions import Expr, Name, Node
from metricdsl.syntax.nodes.members import Property, TypeWritten
from metricdsl.value import frozen


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
class Stretch(Node):
    """`09:00 to 17:30`: two times of the day, in minutes since midnight; 24:00 is the end of the day."""

    start: int
    end: int


@frozen(kw_only=True)
class Weekdays(Node):
    """`monday`, `monday to friday`."""

    first: Name
    last: Name | None = None


@frozen(kw_only=True)
class OpenHours(Node):
    """`hours monday to friday 09:00 to 12:00, 13:00 to 17:30`."""

    days: tuple[Weekdays, ...]
    stretches: tuple[Stretch, ...]


@frozen(kw_only=True)
class Holiday(Node):
    """`2026-12-25`, `2026-12-24 12:00 to 24:00`: a day that is closed, or a part of it. Whether it is a day is checked later."""

    day: Expr
    closed: Stretch | None = None


@frozen(kw_only=True)
class Holidays(Node):
    """`holidays 2026-01-01, 2026-12-25`; or the table and the column they lie in, `holidays from public_holidays.day`."""

    days: tuple[Holiday, ...]
    origin: Name | None = None


@frozen(kw_only=True)
class CalendarDecl(Declaration):
    """`calendar fiscal { year starts 04-01 }`, `calendar trading from trading_days { day d  grain session }`,
    `calendar office { hours monday to friday 09:00 to 17:30  holidays 2026-12-25 }`.
    """

    label: str | None
    origin: str | None = None
    origin_span: Span | None = field(default=None, eq=False, repr=False)
    year: YearStart | None = None
    quarter: QuarterWeeks | None = None
    hours: tuple[OpenHours, ...] = ()
    holidays: tuple[Holidays, ...] = ()
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class PolicyDecl(Declaration):
    """`policy on opportunity { owner.team = context.team }`; without a condition: `policy open on ticket`."""

    entity: Name
    condition: Expr | None
