"""The syntax tree: what was written, with its place. It knows nothing of meaning.

Every node is frozen and compares by what it says, not by where it stands (`span` is left out of equality), so that
`read(format(x)) == read(x)` can be asked directly.
"""

from datetime import date
from decimal import Decimal

from attrs import field, frozen

from metricdsl.source import SourceFile, Span


@frozen(kw_only=True)
class Node:
    """Anything written."""

    span: Span = field(eq=False, repr=False)


# ---------------------------------------------------------------- names


@frozen(kw_only=True)
class Name(Node):
    """A dotted name, `owner.team`, back-quotes taken off, each part in NFC. As an expression: the thing of that name."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The parts joined by dots."""
        return ".".join(self.parts)


# ---------------------------------------------------------------- expressions


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
    """`28 days`, `1.5 hours`."""

    amount: Decimal
    unit: str  # "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year", always singular


@frozen(kw_only=True)
class Boolean(Node):
    """`true`, `false`."""

    value: bool


@frozen(kw_only=True)
class Null(Node):
    """`null`."""


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
    """`a + b`, `a - b`, `a * b`, `a / b`, `p and q`, `p or q`; `operator` is that sign or word."""

    operator: str
    left: "Expr"
    right: "Expr"


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


# ---------------------------------------------------------------- types


@frozen(kw_only=True)
class TypeAtom(Node):
    """`money(USD)`, `text`, `decimal(6)`: a name and its arguments, each a dotted name or a number as text."""

    name: str
    arguments: tuple[str, ...] = ()
    exponent: int = 1  # -1 behind a division sign


@frozen(kw_only=True)
class TypeWritten(Node):
    """`money(USD) "1.234,56" or null`, `USD / month`, `text in ("a", "b")`."""

    atoms: tuple[TypeAtom, ...]
    format: str | None = None
    or_null: bool = False
    domain: tuple[Expr, ...] | None = None


# ---------------------------------------------------------------- members of an entity


@frozen(kw_only=True)
class Label(Node):
    """`label "Won revenue"`, `label zh "…"`, `about "…"`: a text, perhaps in a language."""

    text: str
    language: str | None = None


@frozen(kw_only=True)
class Property(Node):
    """`better higher`, `class outcome`, `empty 0`, `minimum 5`, `replaced by x`: a word and what follows it.

    A value is a Literal, a Name, a Negation of a Number, a `Range` (`2 to 5`) or an `OpenRange` (`90% or higher`).
    `about` and `label` are properties too: their value is one `Label` each.
    `replaced by x` has the word "replaced by".
    """

    word: str
    word_span: Span = field(eq=False, repr=False)
    values: tuple["PropertyValue", ...]


@frozen(kw_only=True)
class Range(Node):
    """`2 to 5`."""

    low: Expr
    high: Expr


@frozen(kw_only=True)
class OpenRange(Node):
    """`90% or higher`, `5 or lower`."""

    bound: Expr
    higher: bool


PropertyValue = Expr | Range | OpenRange | Label


@frozen(kw_only=True)
class RowScope(Node):
    """`where deleted_at is null` in an entity or source."""

    condition: Expr


@frozen(kw_only=True)
class Key(Node):
    """`key order_id, line`."""

    columns: tuple[Name, ...]


@frozen(kw_only=True)
class Join(Node):
    """`join owner: rep on owner_rep_id default`; without a target the name is the target.

    `relation` is "as of", "before", "after" or None, with `moment` the column behind those words.
    """

    name: str
    name_span: Span = field(eq=False, repr=False)
    target: Name | None
    columns: tuple[Name, ...]
    relation: str | None = None
    moment: Name | None = None
    default: bool = False


@frozen(kw_only=True)
class TimeMember(Node):
    """`time closed_at : date "DD-MM-YY" default`, `time day = date(created_at)`."""

    name: str
    name_span: Span = field(eq=False, repr=False)
    type: TypeWritten | None
    value: Expr | None
    default: bool


@frozen(kw_only=True)
class DimensionMember(Node):
    """`dimension status "Status" : text in ("open", "won")`, `dimension is_won = status = "won"`."""

    name: str
    name_span: Span = field(eq=False, repr=False)
    label: str | None
    type: TypeWritten | None
    value: Expr | None


@frozen(kw_only=True)
class Stock(Node):
    """`stock last by balance_date per account`."""

    rule: str
    by: Name
    per: tuple[Name, ...] = ()


@frozen(kw_only=True)
class Spread(Node):
    """`spread from start to end`."""

    start: Name
    end: Name


@frozen(kw_only=True)
class FactMember(Node):
    """`fact amount "Amount" : money(USD)`, `fact net : money(USD) = gross - discount`."""

    name: str
    name_span: Span = field(eq=False, repr=False)
    label: str | None
    type: TypeWritten | None
    value: Expr | None
    stock: Stock | None = None
    spread: Spread | None = None


@frozen(kw_only=True)
class Snapshot(Node):
    """`snapshot by as_of per facility_id`."""

    by: Name
    per: tuple[Name, ...] = ()


@frozen(kw_only=True)
class Validity(Node):
    """`valid from starts_on to ends_on`."""

    start: Name
    end: Name


Member = RowScope | Key | Join | TimeMember | DimensionMember | FactMember | Snapshot | Validity | Property


# ---------------------------------------------------------------- queries


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


# ---------------------------------------------------------------- declarations


@frozen(kw_only=True)
class Declaration(Node):
    """The base of all declarations; `name` is "" where one has none, `name_span` the place to point at."""

    name: str = ""
    name_span: Span = field(eq=False, repr=False)


@frozen(kw_only=True)
class PackageDecl(Declaration):
    """`package crm.sales`; `name` is dotted."""


@frozen(kw_only=True)
class UseDecl(Declaration):
    """`use crm.core as core`; `name` is the dotted package."""

    alias: str | None = None


@frozen(kw_only=True)
class Mapping(Node):
    """`status = if(is_won, "won", "open")` in a source."""

    name: str
    name_span: Span = field(eq=False, repr=False)
    value: Expr


@frozen(kw_only=True)
class SourceDecl(Declaration):
    """`source opportunities from salesforce.opportunity { where … account_id = account_id }`.

    `table` is the dotted name or the text (a file name) behind `from`.
    """

    table: str
    table_span: Span = field(eq=False, repr=False)
    where: tuple[Expr, ...]
    mappings: tuple[Mapping, ...]


@frozen(kw_only=True)
class EntityDecl(Declaration):
    """`entity order "Order" from orders { … }`; `source` is what stands behind `from`, or None."""

    label: str | None
    source: str | None
    source_span: Span | None = field(eq=False, repr=False)
    members: tuple[Member, ...]


@frozen(kw_only=True)
class MetricDecl(Declaration):
    """`metric win_rate "Win rate" : share = rate(…) { … }`."""

    label: str | None
    type: TypeWritten | None
    formula: Expr
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class Parameter(Node):
    """A parameter of a `define`: `m`, `d = 1 year`."""

    name: str
    type: TypeWritten | None = None
    default: Expr | None = None


@frozen(kw_only=True)
class DefineDecl(Declaration):
    """`define yoy(m, d = 1 year) = growth(m, d)`."""

    parameters: tuple[Parameter, ...]
    formula: Expr
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class SegmentDecl(Declaration):
    """`segment smb "Small business" = account.size = "S"`."""

    label: str | None
    condition: Expr
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class ReportDecl(Declaration):
    """`report NAME "Title" = query`."""

    label: str | None
    query: Query
    properties: tuple[Property, ...] = ()


@frozen(kw_only=True)
class FacetDecl(Declaration):
    """`facet class = input, process, output, outcome`: a vocabulary that properties of that word take their values from."""

    values: tuple[str, ...]


@frozen(kw_only=True)
class Given(Node):
    """`given opportunity { columns | row | row }`; cells are literals or bare Names."""

    entity: Name
    columns: tuple[Name, ...]
    rows: tuple[tuple[Expr, ...], ...]


@frozen(kw_only=True)
class Expect(Node):
    """`expect win_rate by month { month, win_rate | 2026-01-01, 50% }`."""

    query: Query
    columns: tuple[Name, ...]
    rows: tuple[tuple[Expr, ...], ...]


@frozen(kw_only=True)
class TestDecl(Declaration):
    """`test "title" on 2026-02-01 { given … expect … }`; `name` is the title."""

    on: date | None
    given: tuple[Given, ...]
    expects: tuple[Expect, ...]


@frozen(kw_only=True)
class Broken(Declaration):
    """A declaration that could not be read: its keyword and, where one could be seen, its name, so that uses of the name are not reported too."""

    keyword: str


@frozen(kw_only=True)
class Document:
    """One file read: its declarations in order, comments kept apart (`(span, text)`), for the formatter."""

    source: SourceFile = field(eq=False, repr=False)
    declarations: tuple[Declaration, ...]
    comments: tuple[tuple[Span, str], ...] = field(default=(), eq=False, repr=False)

    @property
    def package(self) -> str:
        """The dotted package of the file; "" where none is declared."""
        return next((d.name for d in self.declarations if isinstance(d, PackageDecl)), "")
