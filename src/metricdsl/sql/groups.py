"""Group steps as SQL: a query of which the columns are still to come, and what measures are called in it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import define, field
from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression, GroupingRef, PeriodBound
from metricdsl.model.types import INTEGER
from metricdsl.plan.context import Key
from metricdsl.spi.defs import Capability
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.formula import Leaf, lower
from metricdsl.sql.period_bounds import period_bound
from metricdsl.sql.rows import Rows
from metricdsl.sql.stretched import as_typed

Sql: TypeAlias = Callable[[], exp.Expression]
"""Makes a new tree each time: a node stands in one place only."""

PLAIN = frozenset({"SUM", "MIN", "MAX"})
"""Native aggregates that lowerings write by their names."""


@define
class Groups:
    """Groups being made: `keys` and measures as SQL of the query. `grouped` says whether conditions go to HAVING."""

    emit: Emitter
    query: exp.Select
    keys: list[Sql]
    values: dict[Expression, Sql]
    rows: dict[Expression, Sql] = field(factory=dict)
    grouped: bool = True
    conditions: list[exp.Expression] = field(factory=list)
    present: Sql | None = None  # how many rows make the group one of the result; None: it is

    def value(self, leaf: Leaf) -> exp.Expression:
        """The value of an aggregate or a grouping."""
        if isinstance(leaf, GroupingRef):
            return self.keys[leaf.index]()
        if isinstance(leaf, PeriodBound):
            return period_bound(leaf, self.keys, self.emit)
        return self.values[leaf]()

    def count(self, leaf: Leaf) -> exp.Expression:
        """How many rows an aggregate has."""
        return self.rows[leaf]() if leaf in self.rows else self.values[leaf]()

    def sql(self, formula: Expression) -> exp.Expression:
        """A group expression."""
        return lower(formula, self.emit, self.value, self.count).sql

    def finished(self, columns: Sequence[tuple[str, exp.Expression]]) -> exp.Select:
        """The query with these columns."""
        # Beside joined relations a bare name may be two columns, for ORDER BY too.
        sure = bool(self.query.args.get("joins"))
        if self.grouped and not self.keys and self.conditions:
            columns = [(name, _of_all(sql)) for name, sql in columns]
        self.query.set("expressions", [trees.named(sql, name, always=sure) for name, sql in columns])
        if self.grouped and self.keys:
            self.query.set("group", exp.Group(expressions=[key() for key in self.keys]))
        condition = trees.all_of(self.conditions)
        if condition is not None:
            if self.grouped:
                self.query.set("having", exp.Having(this=condition))
            else:
                self.query.set("where", exp.Where(this=condition))
        return self.query


def _of_all(value: exp.Expression) -> exp.Expression:
    """A value of all rows together, said so where it looks at none of them: SQLite has no HAVING beside constants alone."""
    if any(isinstance(part, exp.AggFunc | exp.Anonymous) for part in value.walk()):
        return value
    there_are = trees.binary(exp.GTE, trees.count_star(), trees.number(0))
    return trees.case([(there_are, value)])


def key_of(made: Rows, key: Key) -> Sql:
    """A key of rows, made anew each time."""
    return lambda: made.key(key)


def value_of(
    made: Rows, formula: AggregateFormula, condition: Expression | None, *, total: bool = False
) -> Sql:
    """An aggregate over the rows that meet a condition; `total` says that all rows are one group."""

    def value() -> exp.Expression:
        emit = made.emit
        emit.span = formula.span or emit.span
        found = operands()
        if condition is None:
            return as_typed(
                emit.aggregate(formula.function, found + order(), formula.type), found, formula, emit
            )
        if total and emit.native(Capability.FILTERED_TOTALS):
            whole = emit.aggregate(formula.function, found + order(), formula.type)
            if isinstance(whole, exp.AggFunc) or (isinstance(whole, exp.Anonymous) and whole.name in PLAIN):
                return as_typed(trees.filtered(whole, made.sql(condition)), found, formula, emit)
            found = operands()
        passing = [_passing(made, o, condition, index) for index, o in enumerate(found)]
        if not passing:
            one = trees.case([(made.sql(condition), trees.number(1))])
            passing = [Operand(sql=one, type=INTEGER)]
        made_of = emit.aggregate(formula.function, passing + order(), formula.type)
        return as_typed(made_of, passing, formula, emit)

    def order() -> list[Operand]:
        return [lower(by, made.emit, made.leaf) for by in formula.read[len(formula.arguments) :]]

    def operands() -> list[Operand]:
        found = [lower(argument, made.emit, made.leaf) for argument in formula.arguments]
        if found and formula.spread is not None and made.share is not None:
            found[0] = made.share(found[0])
        return found

    return value


def _passing(made: Rows, operand: Operand, condition: Expression, index: int) -> Operand:
    """The operand, null on rows that do not pass. A later constant (the p of a percentile) is no value of rows."""
    if operand.is_constant and index:
        return operand
    return Operand(sql=trees.case([(made.sql(condition), operand.sql)]), type=operand.type)


def count_of(made: Rows, condition: Expression | None, *, total: bool = False) -> Sql:
    """The number of rows that meet a condition; `total` says that all rows are one group."""

    def count() -> exp.Expression:
        if condition is None:
            return trees.count_star()
        if total and made.emit.native(Capability.FILTERED_TOTALS):
            return trees.filtered(trees.count_star(), made.sql(condition))
        return counted(made.sql(condition))

    return count


def counted(condition: exp.Expression | None) -> exp.Expression:
    """COUNT(*), or of the rows that meet a condition."""
    if condition is None:
        return trees.count_star()
    return trees.count(trees.case([(condition, trees.number(1))]))
