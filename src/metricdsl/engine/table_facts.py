"""What is known of tables and their columns from all their rows."""

from collections.abc import Mapping

from attrs import field

from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.values import TableColumn, TableInfo
from metricdsl.value import frozen


@frozen(kw_only=True)
class ColumnFacts:
    """A column: its values counted, the type it can have, the format that needs saying or the readings to choose from."""

    name: str
    type: ValueType
    filled: int
    distinct: int
    text_file: bool
    format: str | None = None
    readings: tuple[tuple[str, str], ...] = ()
    example: str = ""


@frozen(kw_only=True)
class Reference:
    """Columns of one table that find rows of another by its key; `share` of the filled rows do."""

    column: str
    target: str
    share: float
    lost: int


@frozen(kw_only=True)
class TableFacts:
    """A table: its rows counted, its columns, its key, what it refers to; `roles` are other tables that a column may name.

    `info` has no columns of types that the language has no kind for: these are `foreign`. `currency` is the column that
    holds codes of currencies, where there is one.
    """

    info: TableInfo
    rows: int
    columns: Mapping[str, ColumnFacts]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = field(default=())
    roles: Mapping[str, str] = field(factory=dict)
    foreign: tuple[TableColumn, ...] = ()
    currency: str | None = None

    @property
    def snapshot(self) -> str | None:
        """The day that is a part of the key: each row is likely to tell how something stood on it."""
        days = (name for name in self.key if self.columns[name].type.kind is Kind.DATE)
        return next(days, None) if len(self.key) > 1 else None
