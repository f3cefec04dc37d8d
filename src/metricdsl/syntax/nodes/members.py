"""Types as written, properties, and the members of an entity."""

from attrs import field

from metricdsl.source import Span
from metricdsl.syntax.nodes.expressions import Expr, Name, Node
from metricdsl.value import frozen


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
    rule_span: Span = field(eq=False, repr=False)
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
