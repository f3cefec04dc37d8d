"""Rows grouped by day as a relation, and the groups made of them."""

from attrs import evolve
from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.types import DATE, INTEGER, TEXT, Kind
from metricdsl.plan.context import Key
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Days
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.groups import Groups, Sql, count_of, value_of
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.sql.windows import BEGINS, ENDS, window_step

DAYS = "days"


def merged(node: Aggregate, days: Days, made: Rows, reader: Reading) -> Groups:
    """The groups of a branch whose rows were grouped by day: each measure of the days, merged."""
    emit = made.emit
    names = Names()
    day = names.take("day")
    fine = [key for key in node.keys if key.grain is None and not key.window]
    columns = {key.name: names.take(key.name) for key in fine}
    inner = made.select()
    kind = DATE if node.context.window is not None else days.time.type

    def of_row() -> exp.Expression:
        time = lower(days.time, emit, made.leaf)
        return time.sql if time.type.kind is Kind.DATE else emit.call("date", time, result=DATE).sql

    shown = [trees.named(of_row(), day)]
    by = [of_row()]
    for key in fine:
        shown.append(trees.named(made.key(key), columns[key.name]))
        by.append(made.key(key))
    inner.set("group", exp.Group(expressions=by))

    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(inner, DAYS)))
    windows = {} if node.context.window is None else _windows(query, node, day, reader)

    def key_of_days(key: Key) -> Sql:
        if key.window:
            return windows[key.name]
        if key.grain is None:
            return lambda: trees.column(columns[key.name], DAYS)
        grain = key.grain

        def cell() -> exp.Expression:
            date = Operand(sql=trees.column(day, DAYS), type=kind)
            return emit.call("start_of", date, emit.constant(grain, TEXT), result=key.type).sql

        return cell

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


def _windows(query: exp.Select, node: Aggregate, day: str, reader: Reading) -> dict[str, Sql]:
    """The join of days to the windows that hold them; the keys of these, by name."""
    window = node.context.window
    assert window is not None, "whoever asks has seen it"
    step = window_step(window, node.context.frame, reader)
    on = [trees.binary(exp.LT, trees.column(day, DAYS), trees.column(ENDS, step.name))]
    if step.begins:
        on.insert(0, trees.binary(exp.GTE, trees.column(day, DAYS), trees.column(BEGINS, step.name)))
    query.set("joins", [exp.Join(this=trees.table((step.name,)), on=trees.all_of(on))])
    return {name: _column(name, step.name) for name in step.keys.values()}


def _column(name: str, table: str) -> Sql:
    return lambda: trees.column(name, table)


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
