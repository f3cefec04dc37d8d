"""Different values in windows of so many days as SQL: +1 on the day a value is seen, -1 on the day it no longer counts.

SELECT day, SUM(known) FROM (
SELECT day, COUNT(value) AS known FROM seen GROUP BY day
UNION ALL
SELECT until, -COUNT(value) FROM seen GROUP BY until) AS changes
JOIN windows ON changes.day < windows.ends GROUP BY …
"""

from sqlglot import exp

from metricdsl.model.types import DATE, DURATION, INTEGER, Kind
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Seen
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.sql.windows import ENDS, window_step

CHANGES = "changes"
MICROS_PER_DAY = 86_400_000_000


def seen(node: Aggregate, step: Seen, made: Rows, reader: Reading) -> Groups:
    """The groups of a branch that counts different values in windows."""
    names = Names()
    own = [key for key in node.keys if not key.window]
    keys = {key.name: names.take(key.name) for key in own}
    day, until, value, known, rows = (names.take(name) for name in ("day", "until", "value", "known", "rows"))
    spans = reader.steps.name("seen")
    columns = [(keys[key.name], made.key(key)) for key in own]
    reader.steps.add(spans, _spans(step, made, columns, (day, until, value), reader))
    coming = _changes(spans, [*keys.values()], day, (day, value, known, rows), back=False)
    going = _changes(spans, [*keys.values()], until, (day, value, known, rows), back=True)
    both = exp.Union(this=coming, expression=going, distinct=False)

    window = node.context.window
    assert window is not None, "values are counted in windows"
    looked = window_step(window, node.context.frame, reader)
    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(both, CHANGES)))
    on = trees.binary(exp.LT, trees.column(day, CHANGES), trees.column(ENDS, looked.name))
    query.set("joins", [exp.Join(this=trees.table((looked.name,)), on=on)])
    in_windows = {name: _column(name, looked.name) for name in looked.keys.values()}
    by = [in_windows[key.name] if key.window else _column(keys[key.name], CHANGES) for key in node.keys]
    groups = Groups(reader.emit, query, by, {})
    for measure in node.measures:
        if measure.formula is not None:
            groups.values[measure.formula] = _sum(known, groups)
        elif measure.of is not None:
            groups.rows[measure.of] = _sum(rows, groups)
    groups.conditions.append(trees.binary(exp.GT, _sum(rows, groups)(), trees.number(0)))
    return groups


def _spans(
    step: Seen,
    made: Rows,
    keys: list[tuple[str, exp.Expression]],
    names: tuple[str, str, str],
    reader: Reading,
) -> exp.Select:
    """Each value, null among them, once for each day on which it is seen, and until when it counts."""
    emit = reader.emit
    day, until, value = names
    sightings = made.select()
    on_day = _day(step, made)
    sightings.set("expressions", [trees.named(sql, name, always=True) for name, sql in keys])
    sightings.append("expressions", trees.named(made.sql(step.value), value, always=True))
    sightings.append("expressions", trees.named(on_day.sql, day, always=True))
    sightings.set("distinct", exp.Distinct())
    dated = trees.negated(trees.is_null(_day(step, made).sql))
    where = sightings.args.get("where")
    sightings.set("where", exp.Where(this=trees.all_of([dated] if where is None else [where.this, dated])))

    def column(name: str) -> exp.Expression:
        return trees.column(name, "sightings")

    names_of_keys = [name for name, _ in keys]
    next_day = exp.Window(
        this=exp.Anonymous(this="LEAD", expressions=[column(day)]),
        partition_by=[column(name) for name in (*names_of_keys, value)],
        order=exp.Order(expressions=[trees.ordered(column(day))]),
        over="OVER",
    )
    later = emit.call(
        "add",
        Operand(sql=column(day), type=DATE),
        emit.constant(step.days * MICROS_PER_DAY, DURATION),
        result=DATE,
    ).sql
    over = trees.case([(trees.binary(exp.LT, next_day, later), next_day.copy())], later.copy())
    shown = [trees.named(column(name), name) for name in (*names_of_keys, value, day)]
    return exp.Select(
        expressions=[*shown, trees.named(over, until)],
        from_=exp.From(this=trees.derived(sightings, "sightings")),
    )


def _day(step: Seen, made: Rows) -> Operand:
    """The local date on which a row's value is seen."""
    time = lower(step.time, made.emit, made.leaf)
    return time if time.type.kind is Kind.DATE else made.emit.call("date", time, result=DATE)


def _changes(
    spans: str, keys: list[str], at: str, names: tuple[str, str, str, str], *, back: bool
) -> exp.Select:
    """How many values come (or go `back`) on each day: the known ones, and all."""
    day, value, known, rows = names
    counts = [trees.count(trees.column(value, spans)), trees.count_star()]
    if back:
        counts = [trees.binary(exp.Sub, trees.number(0), one) for one in counts]
    by = [trees.column(name, spans) for name in (*keys, at)]
    columns = [trees.named(trees.column(name, spans), name, always=True) for name in keys]
    columns.append(trees.named(trees.column(at, spans), day, always=True))
    columns += [trees.named(sql, name) for sql, name in zip(counts, (known, rows), strict=True)]
    return exp.Select(
        expressions=columns,
        from_=exp.From(this=trees.table((spans,))),
        group=exp.Group(expressions=by),
    )


def _sum(column: str, groups: Groups) -> Sql:
    def total() -> exp.Expression:
        part = Operand(sql=trees.column(column, CHANGES), type=INTEGER)
        return groups.emit.aggregate("sum", [part], INTEGER)

    return total


def _column(name: str, table: str) -> Sql:
    return lambda: trees.column(name, table)
