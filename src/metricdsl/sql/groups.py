"""Group steps as SQL: a query of which the columns are still to come, and what measures are called in it."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import define, field
from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression, GroupingRef
from metricdsl.model.types import INTEGER
from metricdsl.plan.context import Key
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Rank
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.formula import Leaf, lower
from metricdsl.sql.reader import Reader, Rows

Sql: TypeAlias = Callable[[], exp.Expression]
"""Makes a new tree each time: a node stands in one place only."""


@define
class Groups:
    """Groups being made: `keys` and measures as SQL of the query. `grouped` says whether conditions go to HAVING."""

    emit: Emitter
    query: exp.Select
    keys: list[Sql]
    values: dict[AggregateFormula, Sql]
    rows: dict[AggregateFormula, Sql] = field(factory=dict)
    grouped: bool = True
    conditions: list[exp.Expression] = field(factory=list)
    present: Sql | None = None  # how many rows make the group one of the result; None: it is

    def value(self, leaf: Leaf) -> exp.Expression:
        """The value of an aggregate or a grouping."""
        match leaf:
            case AggregateFormula():
                return self.values[leaf]()
            case GroupingRef(index=index):
                return self.keys[index]()
            case _:
                raise AssertionError(f"a row's column outside an aggregate: {leaf}")

    def count(self, leaf: Leaf) -> exp.Expression:
        """How many rows an aggregate has."""
        assert isinstance(leaf, AggregateFormula), leaf
        return self.rows[leaf]() if leaf in self.rows else self.values[leaf]()

    def sql(self, formula: Expression) -> exp.Expression:
        """A group expression."""
        return lower(formula, self.emit, self.value, self.count).sql

    def finished(self, columns: Sequence[tuple[str, exp.Expression]]) -> exp.Select:
        """The query with these columns."""
        # Beside joined relations a bare name may be two columns, for ORDER BY too.
        sure = bool(self.query.args.get("joins"))
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


def aggregated(node: Aggregate, reader: Reader) -> Groups:
    """The groups of one branch; `present` is left to whoever puts the groups somewhere."""
    used: list[Expression] = [key.expression for key in node.keys]
    for measure in node.measures:
        used += () if measure.formula is None else measure.formula.arguments
        used += () if measure.condition is None else (measure.condition,)
    used += node.present or ()
    if isinstance(node.source, Rank):
        return _ranked(node, node.source, reader, used)
    made = reader.rows(node.source, used)
    groups = Groups(reader.emit, made.select(), [key_of(made, key) for key in node.keys], {})
    for measure in node.measures:
        if measure.formula is not None:
            groups.values[measure.formula] = _value(made, measure.formula, measure.condition)
        elif measure.of is not None:
            groups.rows[measure.of] = _count(made, measure.condition)
    if node.present is not None:
        present = node.present
        groups.present = lambda: _counted(trees.any_of([made.sql(condition) for condition in present]))
    return groups


def key_of(made: Rows, key: Key) -> Sql:
    """A key of rows, made anew each time."""
    return lambda: made.key(key)


def _value(made: Rows, formula: AggregateFormula, condition: Expression | None) -> Sql:
    def value() -> exp.Expression:
        emit = made.emit
        operands = [lower(argument, emit, made.leaf) for argument in formula.arguments]
        if condition is not None:
            operands = [_passing(made, o, condition, index) for index, o in enumerate(operands)]
            if not operands:
                one = trees.case([(made.sql(condition), trees.number(1))])
                operands = [Operand(sql=one, type=INTEGER)]
        emit.span = formula.span or emit.span
        return emit.aggregate(formula.function, operands, formula.type)

    return value


def _passing(made: Rows, operand: Operand, condition: Expression, index: int) -> Operand:
    """The operand, null on rows that do not pass. A later constant (the p of a percentile) is no value of rows."""
    if operand.is_constant and index:
        return operand
    return Operand(sql=trees.case([(made.sql(condition), operand.sql)]), type=operand.type)


def _count(made: Rows, condition: Expression | None) -> Sql:
    return lambda: _counted(None if condition is None else made.sql(condition))


def _counted(condition: exp.Expression | None) -> exp.Expression:
    if condition is None:
        return trees.count_star()
    return trees.count(trees.case([(condition, trees.number(1))]))


def _ranked(node: Aggregate, rank: Rank, reader: Reader, used: list[Expression]) -> Groups:
    """The groups of ranked rows: the rows with place and number of values as a relation, then grouped."""
    emit = reader.emit
    made = reader.rows(rank.source, [*used, rank.value])
    names = Names(key.name for key in node.keys)
    value, place, number = (names.take(name) for name in ("value", "place", "number"))
    operand = lower(rank.value, emit, made.leaf)
    inner = made.select()
    columns = [trees.named(made.key(key), key.name) for key in node.keys]
    columns.append(trees.named(operand.sql, value))
    order = exp.Order(
        expressions=[trees.ordered(trees.is_null(made.sql(rank.value))), trees.ordered(made.sql(rank.value))]
    )
    by = [made.key(key) for key in node.keys]
    first = exp.Window(this=exp.RowNumber(), partition_by=by, order=order, over="OVER")
    columns.append(trees.named(exp.Sub(this=first, expression=trees.number(1)), place))
    by = [made.key(key) for key in node.keys]
    columns.append(
        trees.named(exp.Window(this=trees.count(made.sql(rank.value)), partition_by=by, over="OVER"), number)
    )
    inner.set("expressions", columns)
    ranked = "ranked"
    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(inner, ranked)))
    groups = Groups(emit, query, [_column(key.name, ranked) for key in node.keys], {})

    def picked(formula: AggregateFormula) -> Sql:
        def value_at() -> exp.Expression:
            parts = [Operand(sql=trees.column(value, ranked), type=operand.type)]
            parts += [lower(argument, emit, made.leaf) for argument in formula.arguments[1:]]
            parts += [Operand(sql=trees.column(name, ranked), type=INTEGER) for name in (place, number)]
            emit.span = formula.span or emit.span
            return emit.aggregate(formula.function, parts, formula.type)

        return value_at

    for measure in node.measures:
        if measure.formula is not None:
            groups.values[measure.formula] = picked(measure.formula)
        elif measure.of is not None:
            groups.rows[measure.of] = trees.count_star
    return groups


def _column(name: str, table: str) -> Sql:
    return lambda: trees.column(name, table)
