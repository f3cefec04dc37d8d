"""Group steps as SQL: of rows as they are read, of ranked rows, of rows grouped by day."""

from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression
from metricdsl.model.types import INTEGER, Kind
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Centre, Days, Rank, Seen
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.centred import centred
from metricdsl.sql.days import merged
from metricdsl.sql.formula import lower
from metricdsl.sql.groups import Groups, Sql, count_of, counted, key_of, value_of
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.sql.seen import seen


def aggregated(node: Aggregate, reader: Reading) -> Groups:
    """The groups of one branch; `present` is left to whoever puts the groups somewhere."""
    used: list[Expression] = [key.expression for key in node.keys if key.expression is not None]
    for measure in node.measures:
        used += () if measure.formula is None else measure.formula.read
        used += () if measure.condition is None else (measure.condition,)
    used += node.present or ()
    if isinstance(node.source, Rank):
        return _ranked(node, node.source, reader, used)
    if isinstance(node.source, Centre):
        return centred(node, node.source, reader, used)
    if isinstance(node.source, Days):
        return merged(node, node.source, reader.rows(node.source.source, used), reader)
    if isinstance(node.source, Seen):
        wanted = [*used, node.source.time]
        return seen(node, node.source, reader.rows(node.source.source, wanted), reader)
    made = reader.rows(node.source, used)
    groups = Groups(reader.emit, made.select(), [key_of(made, key) for key in node.keys], {})
    total = not node.keys
    for measure in node.measures:
        if measure.formula is not None:
            groups.values[measure.formula] = value_of(made, measure.formula, measure.condition, total=total)
        elif measure.of is not None:
            groups.rows[measure.of] = count_of(made, measure.condition, total=total)
    if node.present is not None:
        present = node.present
        groups.present = lambda: counted(trees.any_of([made.sql(condition) for condition in present]))
    return groups


def _ranked(node: Aggregate, rank: Rank, reader: Reading, used: list[Expression]) -> Groups:
    """The groups of ranked rows: the rows with place and number of values as a relation, then grouped."""
    emit = reader.emit
    made = reader.rows(rank.source, [*used, rank.value])
    names = Names(key.name for key in node.keys)
    value, place, number = (names.take(name) for name in ("value", "place", "number"))
    operand = lower(rank.value, emit, made.leaf)
    inner = made.select()
    columns = [trees.named(made.key(key), key.name) for key in node.keys]
    ranked_value = _ranked_value(rank, made)
    behind = emit.instant(ranked_value) if operand.type.kind is Kind.TIMESTAMP else None
    columns.append(trees.named(behind or ranked_value, value))
    order = exp.Order(expressions=_order(rank, made))
    by = [made.key(key) for key in node.keys]
    first = exp.Window(this=exp.RowNumber(), partition_by=by, order=order, over="OVER")
    columns.append(trees.named(exp.Sub(this=first, expression=trees.number(1)), place))
    by = [made.key(key) for key in node.keys]
    columns.append(
        trees.named(
            exp.Window(this=trees.count(_ranked_value(rank, made)), partition_by=by, over="OVER"), number
        )
    )
    inner.set("expressions", columns)
    ranked = "ranked"
    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(inner, ranked)))
    groups = Groups(emit, query, [_column(key.name, ranked) for key in node.keys], {})

    def picked(formula: AggregateFormula) -> Sql:
        def value_at() -> exp.Expression:
            kept = trees.column(value, ranked)
            parts = [Operand(sql=kept if behind is None else emit.clock(kept), type=operand.type)]
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


def _ranked_value(rank: Rank, made: Rows) -> exp.Expression:
    """The value that rows are ranked for; where the order is by time, none without a time."""
    value = made.sql(rank.value)
    if rank.time is None:
        return value
    return trees.case([(trees.negated(trees.is_null(made.sql(rank.time))), value)])


def _order(rank: Rank, made: Rows) -> list[exp.Expression]:
    """The order of places: nulls last, then the value, or the time and what tells rows of one time apart."""
    by = [rank.value] if rank.time is None else [rank.time, *rank.ties]
    keys: list[exp.Expression] = [trees.ordered(trees.is_null(_ranked_value(rank, made)))]
    for expression in by:
        found = lower(expression, made.emit, made.leaf)
        exact = (
            made.emit.operator("rank.text", found, result=found.type)
            if found.type.kind is Kind.TEXT
            else None
        )
        # An order needs no reading: it is that of the instants.
        behind = made.emit.instant(found.sql) if found.type.kind is Kind.TIMESTAMP else None
        keys.append(trees.ordered(exact or behind or found.sql, descending=rank.latest))
    return keys


def _column(name: str, table: str) -> Sql:
    return lambda: trees.column(name, table)
