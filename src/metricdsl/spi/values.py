"""Values at the boundary between the compiler and engines."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from attrs import field

from metricdsl.model.types import ValueType
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.local_steps import LocalSteps
from metricdsl.value import frozen

Value: TypeAlias = bool | int | Decimal | float | str | date | datetime | None


@frozen(kw_only=True)
class TableColumn:
    """A column as the engine has it. `type` is the kind read off the engine's own type (DECIMAL with its scale); `native` its name there.

    `foreign` is a column of a type that the language has no kind for (a list, a document, a time of day): it cannot be read.
    `zoned` is a timestamp with a time zone. `text_file` is a column of a text file: always TEXT, converted by what is declared.
    """

    name: str
    type: ValueType
    native: str
    zoned: bool = False
    foreign: bool = False
    text_file: bool = False


@frozen(kw_only=True)
class TableInfo:
    """A table of a connection: `name` as a definition writes it, `parts` its identifiers on the engine (schema, table).

    For a file `parts` is the name of the view or relation that the adapter gives it, and `path` the file.
    """

    name: str
    parts: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    path: str | None = None

    def column(self, name: str) -> TableColumn | None:
        """The column of this name, else the only one that differs from it in capitals alone."""
        folded = []
        for column in self.columns:
            if column.name == name:
                return column
            if column.name.casefold() == name.casefold():
                folded.append(column)
        return folded[0] if len(folded) == 1 else None


@frozen
class Catalog:
    """The tables that were looked at, by the name definitions write. A name looked for and not found is absent."""

    tables: Mapping[str, TableInfo] = field(factory=dict)


class Encoding(Enum):
    """How a result value stands in the driver's row where it is not the Python value itself."""

    PLAIN = "plain"
    WHOLE = "whole"  # a whole number that would be a float beyond the engine's range
    SCALED = "scaled"  # a decimal as a whole number of 10^-scale
    ISO_DATE = "iso date"  # a date as text
    ISO_TIMESTAMP = "iso timestamp"  # a timestamp as text
    ZERO_ONE = "zero one"  # a boolean as 0 or 1


@frozen(kw_only=True)
class ResultColumn:
    """A column of a result: its name as asked, its type, its label, and how the engine hands it over.

    `format` is how its metric says that numbers are shown to people; values are what they are. `approximate` is a column that an aggregate with an approximate value is part of. With `others` it holds the best of a dimension,
    and its rows without one are those of all others.
    """

    name: str
    type: ValueType
    label: str | None = None
    encoding: Encoding = Encoding.PLAIN
    approximate: bool = False
    others: bool = False
    format: str | None = None


class Sign(Enum):
    """What stands in a result in place of a value, and is said as it is called."""

    def __str__(self) -> str:
        return str(self.value)

    __repr__ = __str__


class Withheld(Sign):
    """What stands in a result in place of a value that too few rows make (`minimum`), or that would give one away."""

    WITHHELD = "withheld"


WITHHELD = Withheld.WITHHELD


class Others(Sign):
    """What stands in a result in place of a dimension's value, in the row of all that is not among its best (`top`)."""

    OTHERS = "others"


OTHERS = Others.OTHERS


class Purpose(Enum):
    """What a statement of a compiled query is for."""

    GUARD = "guard"  # must give no row: a row is a repeated key (the entity's key values)
    PAIRS = "pairs"  # must give no row: a row is a day and pair of currencies that has two rates
    OVERLAP = "overlap"  # must give no row: a row is a key (all but the last value), and when two rows of it are valid
    PERIODS = "periods"  # must give no row: a row is a day that is there twice, or two days on which periods begin that overlap
    VALUES = "values"  # must give no row: a row is a column, what its values must be in words, and a value that is not
    RATES = "rates"  # a row is a currency that lacks a rate, of how many rows, and the first day: told with the result
    ACCOUNT = "account"  # a row is what became of some rows, and how many they are
    RESULT = "result"


@frozen(kw_only=True)
class Statement:
    """One SQL text with its parameters (literals stand in the text; parameters are empty unless the dialect wants them)."""

    sql: str
    purpose: Purpose = Purpose.RESULT
    subject: str = ""  # of a guard or overlap: the qualified entity that is looked at; of values: their table; of rates: home, currency
    parameters: Mapping[str, Value] = field(factory=dict)
    hidden: bool = False  # what it finds may be of rows that whoever asks may not see: no value of it is told


@frozen(kw_only=True)
class CompiledQuery:
    """A small program for one engine: guards first, then the statement that gives the result, or with `steps` what that is worked
    out of.
    """

    dialect: str
    statements: tuple[Statement, ...]
    columns: tuple[ResultColumn, ...]
    metrics: tuple[str, ...] = ()
    withheld: tuple[
        int, ...
    ] = ()  # places of columns; behind the columns a row has for each 1 where it is withheld
    by_hand: str = ""  # the result's statement for people, where what is run gives scaled numbers
    fetched: tuple[
        ResultColumn, ...
    ] = ()  # the columns of the statement, where steps behind it make those of the result
    steps: LocalSteps | None = None

    @property
    def sql(self) -> str:
        """The text of the result's statement, to be read and run by hand: its numbers are those of the result."""
        return self.by_hand or self.statements[-1].sql


@frozen(kw_only=True)
class Limits:
    """How far a query may go: `deadline` in seconds, `rows` fetched at most (None: no bound), and the switch that stops it.

    `lean` asks an engine inside our own process to take little memory and use the disk: the rows go on as they come.
    """

    deadline: float | None = None
    rows: int | None = None
    lean: bool = False
    cancellation: Cancellation = field(factory=Cancellation, eq=False, repr=False)


Row: TypeAlias = Sequence[Any]
Batches: TypeAlias = Iterator[Sequence[Row]]
