"""A request: a query with every name resolved; what the planner starts from."""

from collections.abc import Mapping
from datetime import date

import attrs
from attrs import field

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Expression, RowValue
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.types import ValueType
from metricdsl.value import frozen


@frozen(kw_only=True)
class Context:
    """In what a request is evaluated: part of every cache key. `principal` and `parameters` are for policies and params."""

    today: date
    timezone: str = "UTC"
    week_start: int = 1  # 1 is Monday … 7 is Sunday
    currency: str = "USD"
    principal: Mapping[str, str] = field(factory=dict)
    parameters: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Grouping:
    """A grouping of the result: its column name and type; `grain` where it is the period (then it is a date, or a timestamp
    for hour and minute), else None. How each aggregate computes it stands in the aggregate's `keys`. With a `place` it is the best
    of a dimension by that, and null stands for all others.
    """

    name: str
    type: ValueType
    grain: str | None = None
    label: str | None = None
    place: RowValue | None = field(default=None, eq=False)


@frozen(kw_only=True)
class Withholding:
    """When a result is withheld: `small` is true in groups where some aggregate reads too few rows, `reads` how many all read."""

    small: Expression
    reads: Expression


@frozen(kw_only=True)
class Output:
    """A column of the result: a group expression whose Aggregates have their keys set. One that `brings` none makes no groups."""

    name: str
    formula: Expression
    type: ValueType
    label: str | None = None
    withholding: Withholding | None = None
    format: str | None = None
    brings: bool = True


@frozen(kw_only=True)
class SortKey:
    """Order by a column of the result, or by an output that is not shown (its name: a grouping's or an output's)."""

    name: str
    descending: bool = False


class Reading:
    """What reads rows of entities."""

    entities: Mapping[str, Entity]
    whole: Mapping[str, Entity]

    @property
    def read(self) -> Mapping[str, Entity]:
        """All entities that are read, those that only policies look at too."""
        return {**self.whole, **self.entities}


@attrs.frozen(kw_only=True, slots=False)
class ValuesRequest(Reading):
    """`values d, … where p`: the distinct combinations of dimensions of one entity, in order."""

    home: str
    groupings: tuple[Grouping, ...]
    expressions: tuple[Expression, ...]  # row expressions from the home, one for each grouping
    where: Expression | None
    entities: Mapping[str, Entity]
    whole: Mapping[str, Entity] = field(factory=dict)
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    context: Context


@attrs.frozen(kw_only=True, slots=False)
class Request(Reading):
    """A question about metrics. `entities` are those its expressions touch (homes and what their paths go through), `whole` those
    that policies look at: without policies of their own.

    `having` is a group expression (boolean), `ordering` what `sort` names beside the columns; their aggregates bring no groups.
    `during` cuts each aggregate's own time.
    """

    groupings: tuple[Grouping, ...]
    outputs: tuple[Output, ...]
    entities: Mapping[str, Entity]
    whole: Mapping[str, Entity] = field(factory=dict)
    during: Period = ALL_TIME
    having: Expression | None = None
    having_withholding: Withholding | None = None
    ordering: tuple[Output, ...] = ()
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None
    fill: bool = False
    context: Context

    @property
    def withholdings(self) -> tuple[Withholding, ...]:
        """What is asked besides of columns that have a minimum."""
        found = [*(one.withholding for one in (*self.outputs, *self.ordering)), self.having_withholding]
        return tuple(one for one in found if one is not None)

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """All formulas: those that bring groups, then those that bring none."""
        return (*self.bringing, *self.bringing_none)

    @property
    def bringing(self) -> tuple[Expression, ...]:
        """The formulas of which each row makes a group."""
        return tuple(output.formula for output in self.outputs if output.brings)

    @property
    def bringing_none(self) -> tuple[Expression, ...]:
        """The formulas that bring no groups: those of `having` and `sort`."""
        found = [output.formula for output in self.ordering]
        found += [output.formula for output in self.outputs if not output.brings]
        return tuple(found if self.having is None else [self.having, *found])
