"""Missing cells of time: a step that counts from the first cell to the last, crossed with the other dimensions found."""

from datetime import date, datetime, timedelta

from sqlglot import exp

from metricdsl.model.calendar import CLOCK, GRAINS, nests, of_weeks
from metricdsl.model.period import ALL_TIME, beginning, midnight
from metricdsl.model.period_table import table_of
from metricdsl.model.request import Grouping
from metricdsl.model.types import DATE, TIMESTAMP, ValueType
from metricdsl.plan.nodes import Fill
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.cells import CELL, CELL_ENDS, FIRST, LAST
from metricdsl.sql.combine import stacked
from metricdsl.sql.following import following, length
from metricdsl.sql.groups import Groups
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import cell as cell_of
from metricdsl.sql.stepped import PRESENT, Step, as_step
from metricdsl.sql.whole_weeks import AT_ONCE, counts_at_once, of_whole_weeks
from metricdsl.value import frozen


def filled(node: Fill, reader: Reading) -> Groups:
    """The groups, and the cells that are missing."""
    today = reader.today
    found = as_step(node.source, reader, "found")
    periods = [key for key in node.keys if key.grain is not None]
    assert periods, "`fill` without a period is refused by analysis"
    cells = _cells(node, periods, found, reader, today)
    return stacked([found], reader, () if cells is None else (cells,), fill=True)


@frozen
class _Range:
    """Where cells begin and end (the last one begins before `end`); None where the groups found decide."""

    start: date | datetime | None
    end: date | datetime


def _cells(
    node: Fill, periods: list[Grouping], found: Step, reader: Reading, today: date
) -> exp.Select | None:
    """A query of all cells with the other dimensions, in the columns of the step found."""
    emit = reader.emit
    grain = _stride([str(key.grain) for key in periods])
    kind = TIMESTAMP if grain in CLOCK else DATE
    of_table = table_of(grain) is not None
    over = _range(node, "day" if of_table else grain, today, emit.week_start)
    # A period of a table that the range cuts may have begun by today where the range has not.
    if not of_table and over.start is not None and midnight(over.start) >= midnight(over.end):
        return None
    if of_table:
        counted = _listed(over, grain, periods, found, reader, bounded=node.period != ALL_TIME)
    else:
        counted = _counted(over, grain, kind, periods, found, reader, bounded=node.period != ALL_TIME)
    cell = Operand(sql=trees.column(CELL, counted), type=kind)
    others = [key for key in node.keys if key.grain is None]
    columns: list[exp.Expression] = []
    dimensions = "dimensions"
    for key in node.keys:
        if key.grain is None:
            columns.append(trees.column(key.name, dimensions))
        elif key.grain == grain:
            columns.append(trees.named(cell.again(), key.name))
        else:
            columns.append(
                trees.named(
                    cell_of(key.grain, Operand(sql=cell.again(), type=kind), key.type, emit), key.name
                )
            )
    columns += [trees.named(emit.null(part.type), part.name) for part in found.parts]
    if found.marked:
        columns.append(trees.named(trees.number(1), PRESENT))
    query = exp.Select(expressions=columns, from_=exp.From(this=trees.table((counted,))))
    outside = [
        trees.negated(
            trees.is_null(cell_of(str(key.grain), Operand(sql=cell.again(), type=kind), key.type, emit))
        )
        for key in periods
        if key.grain != grain and table_of(str(key.grain)) is not None
    ]
    if any(key.grain != grain for key in periods) and grain not in {key.grain for key in periods}:
        query.set("distinct", exp.Distinct())
    present = _present(found)
    if others:
        inner = exp.Select(
            expressions=[trees.column(key.name, found.name) for key in others],
            from_=exp.From(this=trees.table((found.name,))),
            distinct=exp.Distinct(),
        )
        if present is not None:
            inner.set("where", present)
        query.set("joins", [exp.Join(this=trees.derived(inner, dimensions), kind="CROSS")])
        if outside:
            query.set("where", exp.Where(this=trees.all_of(outside)))
    else:
        any_row = exp.Select(expressions=[trees.number(1)], from_=exp.From(this=trees.table((found.name,))))
        if present is not None:
            any_row.set("where", present)
        query.set("where", exp.Where(this=trees.all_of([exp.Exists(this=any_row), *outside])))
    return query


def _listed(
    over: _Range, grain: str, periods: list[Grouping], found: Step, reader: Reading, *, bounded: bool
) -> str:
    """A step of the beginnings of the periods of a table, in the range or from the first found to the last."""
    step = reader.emit.periods_of(grain)
    name = reader.steps.name("cells")
    cell = trees.column(CELL, step)
    end = reader.emit.constant(over.end, DATE).sql
    conditions = [trees.binary(exp.LT, cell, end)]
    query = exp.Select(expressions=[cell.copy()], from_=exp.From(this=trees.table((step,))))
    if over.start is not None:
        start = reader.emit.constant(over.start, DATE).sql
        conditions.append(trees.binary(exp.GT, trees.column(CELL_ENDS, step), start))
    else:
        bounds = _bounds(periods, found, reader)
        query.set("joins", [exp.Join(this=trees.table((bounds,)), kind="CROSS")])
        conditions.append(trees.binary(exp.GTE, cell.copy(), trees.column(FIRST, bounds)))
        if not bounded:
            conditions.append(trees.binary(exp.LTE, cell.copy(), trees.column(LAST, bounds)))
    query.set("where", exp.Where(this=trees.all_of(conditions)))
    reader.steps.add(name, query)
    return name


def _counted(
    over: _Range,
    grain: str,
    kind: ValueType,
    periods: list[Grouping],
    found: Step,
    reader: Reading,
    *,
    bounded: bool,
) -> str:
    """A step of the cells' beginnings, one after the other."""
    emit = reader.emit
    name = reader.steps.name("cells")

    if counts_at_once(emit):
        reader.steps.add(name, _at_once(over, grain, kind, periods, found, reader, bounded=bounded))
        return name

    def next_cell() -> exp.Expression:
        return following(emit, Operand(sql=trees.column(CELL, name), type=kind), grain)

    def before_end(sql: exp.Expression) -> exp.Expression:
        return trees.binary(exp.LT, sql, emit.constant(over.end, kind).sql)

    again = exp.Select(expressions=[next_cell()], from_=exp.From(this=trees.table((name,))))
    limits = [before_end(next_cell())]
    if over.start is not None:
        first = exp.Select(expressions=[trees.named(emit.constant(over.start, kind).sql, CELL)])
    else:
        bounds = _bounds(periods, found, reader)
        first = exp.Select(
            expressions=[trees.named(trees.column(FIRST, bounds), CELL)],
            from_=exp.From(this=trees.table((bounds,))),
            where=exp.Where(this=before_end(trees.column(FIRST, bounds))),
        )
        if not bounded:
            again.set("joins", [exp.Join(this=trees.table((bounds,)), kind="CROSS")])
            limits.append(trees.binary(exp.LTE, next_cell(), trees.column(LAST, bounds)))
    condition = trees.all_of(limits)
    assert condition is not None, "there is always an end"
    again.set("where", exp.Where(this=condition))
    reader.steps.add(name, exp.Union(this=first, expression=again, distinct=False), [CELL], recursive=True)
    return name


def _at_once(
    over: _Range,
    grain: str,
    kind: ValueType,
    periods: list[Grouping],
    found: Step,
    reader: Reading,
    *,
    bounded: bool,
) -> exp.Select:
    """The cells as rows made of a sequence."""
    emit = reader.emit
    end = emit.constant(over.end, kind)
    query = exp.Select()
    if over.start is not None:
        first = emit.constant(over.start, kind)
    else:
        bounds = _bounds(periods, found, reader)
        first = Operand(sql=trees.column(FIRST, bounds), type=kind)
        query.set("from_", exp.From(this=trees.table((bounds,))))
        if not bounded:
            behind = following(emit, Operand(sql=trees.column(LAST, bounds), type=kind), grain)
            sooner = trees.case([(trees.binary(exp.LT, behind, end.sql), behind.copy())], end.again())
            end = Operand(sql=sooner, type=kind)
    if of_weeks(grain):
        return of_whole_weeks(query, first, end, grain, kind, CELL, emit)
    cells = emit.operator(AT_ONCE, first, end, length(emit, grain), result=kind)
    assert cells is not None, "it is there, as was looked at"
    query.set("expressions", [trees.named(cells, CELL)])
    return query


def _bounds(periods: list[Grouping], found: Step, reader: Reading) -> str:
    """A step of one row: where the first cell found begins, and the last."""

    def latest() -> exp.Expression:
        """Where a cell of several grains begins: the latest of their beginnings."""
        sql: exp.Expression = trees.column(periods[0].name, found.name)
        for key in periods[1:]:
            other = trees.column(key.name, found.name)
            sql = trees.case([(trees.binary(exp.GT, sql, other), sql.copy())], other.copy())
        return sql

    name = reader.steps.name("bounds")
    query = exp.Select(
        expressions=[trees.named(exp.Min(this=latest()), FIRST), trees.named(exp.Max(this=latest()), LAST)],
        from_=exp.From(this=trees.table((found.name,))),
        where=_present(found),
    )
    reader.steps.add(name, query)
    return name


def _present(found: Step) -> exp.Where | None:
    """That a group is there."""
    if not found.marked:
        return None
    return exp.Where(this=exp.EQ(this=trees.column(PRESENT, found.name), expression=trees.number(1)))


def _stride(grains: list[str]) -> str:
    """The finest grain, or what the cells of all begin with: months, days."""
    finest = min(grains, key=GRAINS.index)
    if all(nests(finest, grain) for grain in grains):
        return finest
    return "month" if all(nests("month", grain) for grain in grains) else "day"


def _range(node: Fill, grain: str, today: date, week_start: int) -> _Range:
    tomorrow = today + timedelta(days=1)
    start, end = node.period.start, node.period.end
    until = tomorrow if end is None or midnight(end) > midnight(tomorrow) else end
    return _Range(None if start is None else beginning(start, grain, week_start), until)
