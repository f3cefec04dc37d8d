"""Names, literals, operators, calls, and the words of context."""

from datetime import date
from decimal import Decimal

from attrs import field

from metricdsl.source import Span
from metricdsl.value import frozen


@frozen(kw_only=True)
class Node:
    """Anything written."""

    span: Span = field(eq=False, repr=False)


@frozen(kw_only=True)
class Name(Node):
    """A dotted name, `owner.team`, back-quotes taken off, each part in NFC. As an expression: the thing of that name."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The parts joined by dots."""
        return ".".join(self.parts)


@frozen(kw_only=True)
class Number(Node):
    """`12`, `0.5`: exact."""

    value: Decimal


@frozen(kw_only=True)
class Percent(Node):
    """`30%`; `value` is 0.30."""

    value: Decimal


@frozen(kw_only=True)
class Text(Node):
    """`"won"`, escapes resolved."""

    value: str


@frozen(kw_only=True)
class DateLiteral(Node):
    """`2026-01-31`, a real day."""

    value: date


@frozen(kw_only=True)
class PeriodLiteral(Node):
    """`2026-Q4`, `2026-W05`, `2026-03`: a quarter, an ISO week, a month. (A year is written as a number.)"""

    grain: str  # "quarter" | "week" | "month"
    year: int
    ordinal: int  # 1-based number of the quarter, week or month in the year


@frozen(kw_only=True)
class DurationLiteral(Node):
    """`28 days`, `1.5 hours`; or so many periods of a calendar, `3 trading.session`, which are named by `cells`.

    `parameter` is the full name of the parameter that it stands for, if it is not written.
    """

    amount: Decimal
    unit: str  # "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year", always singular; "" with `cells`
    cells: "Name | None" = None
    parameter: str = field(default="", eq=False, repr=False)


@frozen(kw_only=True)
class Boolean(Node):
    """`true`, `false`."""

    value: bool


@frozen(kw_only=True)
class Null(Node):
    """`null`; `named` is what it stands for, if it is not written: a property of who asks that is not known."""

    named: str = ""


@frozen(kw_only=True)
class Negation(Node):
    """`-x`."""

    operand: "Expr"


@frozen(kw_only=True)
class Not(Node):
    """`not p`."""

    operand: "Expr"


@frozen(kw_only=True)
class Binary(Node):
    """`a + b`, `a - b`, `a * b`, `a / b`, `p and q`, `p or q`; `operator` is that sign or word.

    A long chain of one sign is read in blocks, so that it is not deep: `a + … + z + (aa + … + zz)`. `block` says that the right
    side is such a block, which no parentheses were written around.
    """

    operator: str
    left: "Expr"
    right: "Expr"
    block: bool = False


@frozen(kw_only=True)
class Comparison(Node):
    """A chain: `a <= m <= b` is first a, rest ((`<=`, m), (`<=`, b)). Operators: = != < <= > >=."""

    first: "Expr"
    rest: tuple[tuple[str, "Expr"], ...]


@frozen(kw_only=True)
class Membership(Node):
    """`x in (a, b)`, `x not in (a, b)`."""

    operand: "Expr"
    items: tuple["Expr", ...]
    negated: bool


@frozen(kw_only=True)
class IsNull(Node):
    """`x is null`, `x is not null`."""

    operand: "Expr"
    negated: bool


@frozen(kw_only=True)
class Argument(Node):
    """One argument of a call: `amount`, `distinct account`, `that: is_won`."""

    value: "Expr"
    name: str | None = None
    distinct: bool = False


@frozen(kw_only=True)
class Call(Node):
    """`sum(order.amount where paid)`; also `if`, `case(c1, v1, c2, v2, otherwise)`, `coalesce`, every function."""

    function: str
    function_span: Span = field(eq=False, repr=False)
    arguments: tuple[Argument, ...]


@frozen(kw_only=True)
class Group(Node):
    """Several in parentheses, `(user, session)`. (One expression in parentheses is that expression.)"""

    items: tuple["Expr", ...]


@frozen(kw_only=True)
class InContext(Node):
    """A formula followed by words of context, in the order written: `won / closed where region = "EU" at closed_at`."""

    body: "Expr"
    words: tuple["ContextWord", ...]


@frozen(kw_only=True)
class Where(Node):
    """`where p`."""

    condition: "Expr"


@frozen(kw_only=True)
class At(Node):
    """`at closed_at`."""

    time: Name


@frozen(kw_only=True)
class While(Node):
    """`while created_at to closed_at`."""

    start: Name
    end: Name


@frozen(kw_only=True)
class Via(Node):
    """`via owner`."""

    join: Name


@frozen(kw_only=True)
class Per(Node):
    """`per owner`, `per every day`, `per (user, session)`; each key is a Name or a Call such as age(…)."""

    keys: tuple["Expr", ...]
    every: bool


@frozen(kw_only=True)
class Having(Node):
    """`having orders >= 2`."""

    condition: "Expr"


@frozen(kw_only=True)
class As(Node):
    """`as share`, `as USD / month`: factors (name, exponent 1 or -1) in the order written."""

    factors: tuple[tuple[str, int], ...]


ContextWord = Where | At | While | Via | Per | Having | As

Literal = Number | Percent | Text | DateLiteral | PeriodLiteral | DurationLiteral | Boolean | Null

Expr = Literal | Name | Negation | Not | Binary | Comparison | Membership | IsNull | Call | Group | InContext
