"""Rows grouped by day as a relation, and the groups made of them."""

from attrs import evolve
from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.types import INTEGER, TEXT
from metricdsl.plan.context import Key
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Days
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.groups import Groups, Sql, count_of, value_of
from metricdsl.sql.rows import Rows

DAYS = "days"


def merged(node: Aggregate, days: Days, made: Rows) -> Groups:
    """The groups of a branch whose rows were grouped by day: each measure of the days, merged."""
    emit = made.emit
    names = Names()
    day = names.take("day")
    fine = [key for key in node.keys if key.grain is None]
    columns = {key.name: names.take(key.name) for key in fine}
    inner = made.select()
    shown = [trees.named(lower(days.time, emit, made.leaf).sql, day)]
    by = [lower(days.time, emit, made.leaf).sql]
    for key in fine:
        shown.append(trees.named(made.key(key), columns[key.name]))
        by.append(made.key(key))
    inner.set("group", exp.Group(expressions=by))

    def key_of_days(key: Key) -> Sql:
        if key.grain is None:
            return lambda: trees.column(columns[key.name], DAYS)
        grain = key.grain

        def cell() -> exp.Expression:
            date = Operand(sql=trees.column(day, DAYS), type=days.time.type)
            return emit.call("start_of", date, emit.constant(grain, TEXT), result=key.type).sql

        return cell

    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(inner, DAYS)))
    groups = Groups(emit, query, [key_of_days(key) for key in node.keys], {})
    for measure in node.measures:
        column = names.take(measure.name)
        if measure.formula is not None:
            shown.append(trees.named(value_of(made, measure.formula, measure.condition)(), column))
            groups.values[measure.formula] = _merge(groups, measure.formula, column)
        elif measure.of is not None:
            shown.append(trees.named(count_of(made, measure.condition)(), column))
            groups.rows[measure.of] = _total(groups, column)
    inner.set("expressions", shown)
    return groups


def _merge(groups: Groups, formula: AggregateFormula, column: str) -> Sql:
    emit = groups.emit
    merge = emit.registry.aggregations[formula.function].merge
    assert merge is not None, "days are made only where every measure merges"

    def value() -> exp.Expression:
        part = Operand(sql=trees.column(column, DAYS), type=evolve(formula.type, nullable=True))
        return emit.aggregate(merge, [part], formula.type)

    return value


def _total(groups: Groups, column: str) -> Sql:
    return lambda: groups.emit.aggregate(
        "sum", [Operand(sql=trees.column(column, DAYS), type=INTEGER)], INTEGER
    )
