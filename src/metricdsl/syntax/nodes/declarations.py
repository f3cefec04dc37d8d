"""Declarations, and the document that holds them."""

from datetime import date

import attrs
from attrs import field

from metricdsl.source import SourceFile, Span, Unread, present
from metricdsl.syntax.nodes.expressions import Expr, Name, Node
from metricdsl.syntax.nodes.members import Member, Property, TypeWritten
from metricdsl.syntax.nodes.queries import Query
from metricdsl.value import frozen


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
    places: tuple[Span, ...] = field(default=(), eq=False, repr=False)  # of the values


@frozen(kw_only=True)
class Borne(Node):
    """`label zh` in a `require`: a property, or a facet, and the language of a text."""

    word: str
    language: str | None = None

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.word} {self.language}" if self.language else self.word


@frozen(kw_only=True)
class RequireDecl(Declaration):
    """`require class, about, label zh`: what every metric of the package, and of those under it, bears."""

    words: tuple[Borne, ...]


@frozen(kw_only=True)
class Given(Node):
    """`given opportunity { columns | row | row }`; cells are literals or bare Names."""

    entity: Name
    columns: tuple[Name, ...]
    rows: tuple[tuple[Expr, ...], ...]
    places: tuple[Span, ...] = field(default=(), eq=False, repr=False)  # those of the rows


@frozen(kw_only=True)
class Expect(Node):
    """`expect win_rate by month { month, win_rate | 2026-01-01, 50% }`."""

    query: Query
    columns: tuple[Name, ...]
    rows: tuple[tuple[Expr, ...], ...]
    places: tuple[Span, ...] = field(default=(), eq=False, repr=False)  # those of the rows


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


@attrs.frozen(kw_only=True)
class Document:
    """One file read: its declarations in order, comments kept apart (`(span, text)`), for the formatter."""

    source: SourceFile = field(eq=False, repr=False)
    _declarations: tuple[Declaration | Unread, ...] = field(
        alias="declarations", eq=lambda them: tuple(map(present, them))
    )
    comments: tuple[tuple[Span, str], ...] = field(default=(), eq=False, repr=False)

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """All that is declared, in the order of the file."""
        return tuple(map(present, self._declarations))

    @property
    def package(self) -> str:
        """The dotted package of the file; "" where none is declared."""
        return next((d.name for d in self._declarations if isinstance(d, PackageDecl)), "")
