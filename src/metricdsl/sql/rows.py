"""Rows being read: FROM, the joins, WHERE, and what a column is called there."""

from collections.abc import Callable

from attrs import define, field
from sqlglot import exp

from metricdsl.model.formula import ColumnRef, Converted, Expression, LookedAt, Rate, RowValue
from metricdsl.model.made_of import Found
from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.plan.context import Key
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.formula import Leaf, lower
from metricdsl.sql.relations import Inline, Reference


def cell(grain: str | None, time: Operand, type_: ValueType, emit: Emitter) -> exp.Expression:
    """The start of the cell that a time lies in."""
    quick = emit.operator(f"cut.{grain}", time, result=type_)
    if quick is not None:
        return quick
    return emit.call("start_of", time, emit.constant(grain, TEXT), result=type_).sql


@define
class Rows:
    """Rows being read: the clauses so far, and the relation behind each path."""

    emit: Emitter
    source: exp.Expression
    joins: list[exp.Join] = field(factory=list)
    where: list[exp.Expression] = field(factory=list)
    relations: dict[tuple[str, ...], Inline | Reference] = field(factory=dict)
    looked_up: dict[Found, Callable[[], exp.Expression]] = field(factory=dict)
    tables: dict[tuple[str, tuple[Expression, ...]], str] = field(
        factory=dict
    )  # the steps joined for values of other rows, by name and keys, with their aliases
    windows: dict[str, Callable[[], exp.Expression]] = field(factory=dict)  # keys of windows, by name
    share: Callable[[Operand], Operand] | None = None  # what part of a fact lies in a window
    looked: Callable[[], exp.Expression] | None = None  # the day that a window looks at

    def leaf(self, leaf: Leaf) -> exp.Expression:
        """A column of these rows."""
        if isinstance(leaf, RowValue | Converted | Rate):
            return self.looked_up[leaf]()
        if isinstance(leaf, LookedAt):
            assert self.looked is not None, "only windows look at a day"
            return self.looked()
        assert isinstance(leaf, ColumnRef), leaf
        return self.relations[leaf.path].column(leaf.column)

    def raw(self, expression: Expression) -> exp.Expression | None:
        """The table's own column behind a time, where it is one."""
        if not isinstance(expression, ColumnRef):
            return None
        return self.relations[expression.path].raw(expression.column)

    def sql(self, expression: Expression) -> exp.Expression:
        """A row expression."""
        return lower(expression, self.emit, self.leaf).sql

    def key(self, key: Key) -> exp.Expression:
        """What a key groups by."""
        if key.window:
            return self.windows[key.name]()
        made = lower(key.row, self.emit, self.leaf)
        if key.grain is not None:
            return cell(key.grain, made, key.type, self.emit)
        if made.is_constant:  # GROUP BY 1 would be the first column
            return self.emit.cast(made.sql, key.type)
        if made.type.kind is Kind.DATE and key.type.kind is Kind.TIMESTAMP:
            return self.emit.cast(made.sql, key.type)
        return made.sql

    def select(self) -> exp.Select:
        """A query of these rows; its columns are still to come."""
        query = exp.Select(expressions=[], from_=exp.From(this=self.source))
        if self.joins:
            query.set("joins", self.joins)
        condition = trees.all_of(self.where)
        if condition is not None:
            query.set("where", exp.Where(this=condition))
        return query
