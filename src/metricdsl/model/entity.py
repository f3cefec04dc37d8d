"""Entities: sets of rows with a key, their columns and joins."""

from collections.abc import Mapping
from enum import Enum
from typing import Literal

from attrs import field

from metricdsl.model.formula import Expression
from metricdsl.model.types import ValueType
from metricdsl.source import Span
from metricdsl.value import frozen


class Role(Enum):
    """What a column is declared as; COLUMN is one that is only stored (keys, foreign keys, the table's others)."""

    TIME = "time"
    DIMENSION = "dimension"
    FACT = "fact"
    COLUMN = "column"


@frozen(kw_only=True)
class Column:
    """A column of an entity, stored (`value` None) or derived (`value` a row expression from this entity).

    `format` is the declared text format ("DD-MM-YY", "1.234,56"); `or_null` lets a text that does not convert be null.
    """

    name: str
    type: ValueType
    role: Role
    label: str | None = None
    value: Expression | None = None
    format: str | None = None
    or_null: bool = False
    default: bool = False
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Neighbour:
    """How a join by time finds its row: of the target's rows whose `columns` are those of the join, by `time`.

    "before" takes the row with the greatest time before the `moment` (a column of the entity that joins), of several of one
    time the one with the greatest key; "after" the mirror image. "as of" takes the row with time <= moment < `end`, where a
    null end is open: the target's validity.
    """

    relation: Literal["before", "after", "as of"]
    moment: str
    columns: tuple[str, ...] = ()
    time: str = ""
    end: str = ""


@frozen(kw_only=True)
class Join:
    """A many-to-one step from an entity to another, on foreign key columns in the order of the target's key.

    With a `neighbour` the row is found by time, on the columns that it names.
    """

    name: str
    target: str
    columns: tuple[str, ...]
    default: bool = False
    neighbour: Neighbour | None = None
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def read(self) -> tuple[str, ...]:
        """The columns of the entity that joins by which the row is found."""
        return self.columns if self.neighbour is None else (*self.columns, self.neighbour.moment)


@frozen(kw_only=True)
class Table:
    """Where the rows lie: a table of the connection (`name` as written: `orders`, `crm.orders`, `sales.csv`).

    `source` is the name of the source that says so, which the entity is `from`; empty where the entity names the table itself.
    `by` is that source in full: it may be of another package.
    Of a source that could not be read it is not known which table (`unread`).
    """

    name: str
    source: str = ""
    by: str = ""
    unread: bool = False
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Entity:
    """An entity, resolved.

    `scope` is the condition a row must meet to count (the source's and the entity's `where`, and-ed; a row expression on
    this entity). `supplies` maps a stored column to a row expression over the *table's* columns (ColumnRefs with an empty
    path) where a source renames or calculates it; a stored column without one is the table's column of its own name.
    `members` includes joins' and keys' columns. `time` is the name of the only or default time, None where there is none
    or several without a default. `restricted` tells that a policy chooses who sees which rows; in a request `policies` are
    the conditions that hold for whoever asks, row expressions on this entity over the request's `whole` rows. One that
    `stands_in` is of rows that no entity names: exchange rates, holidays.
    """

    name: str
    label: str | None
    table: Table
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    joins: Mapping[str, Join]
    scope: Expression | None = None
    restricted: bool = False
    policies: tuple[Expression, ...] = ()
    supplies: Mapping[str, Expression] = field(factory=dict)
    time: str | None = None
    stands_in: bool = False
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """All that a row must meet to count and to be seen."""
        return self.policies if self.scope is None else (self.scope, *self.policies)
