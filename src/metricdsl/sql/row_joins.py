"""What rows are joined to beyond parents: windows of time, the last date of a stock, values made of other rows."""

from typing import Any

from sqlglot import exp

from metricdsl.model.types import DATE, DURATION, FLOAT, INTEGER, TIMESTAMP, Kind
from metricdsl.plan.nodes import (
    Conversion,
    Exchange,
    Join,
    Latest,
    Lookup,
    Node,
    Scan,
    Windows,
)
from metricdsl.plan.rows import rows
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.sql.windows import BEGINS, ENDS, LOOKED, WindowStep, window_step


def join_windows(made: Rows, node: Windows, reader: Reading) -> None:
    """Each row once for each window that holds its time."""
    step = window_step(node.window, node.frame, reader, looked=node.open is not None)

    def column(name: str) -> exp.Expression:
        return trees.column(name, step.name)

    if node.open is not None:
        start, end = (
            made.emit.beside(Operand(sql=made.sql(e), type=e.type), step.kind).sql
            for e in (node.open.start, node.open.end)
        )
        over = trees.binary(exp.GTE, end.copy(), column(LOOKED))
        on = [
            trees.binary(exp.LT, start, column(LOOKED)),
            trees.binary(exp.Or, trees.is_null(end), over),
        ]
        made.looked = lambda: _day_before(made, Operand(sql=column(LOOKED), type=step.kind))
    elif node.spread is not None:
        first, last = _days(made, node, step)
        on = [
            trees.binary(exp.LT, first.sql, last.sql),
            trees.binary(exp.LT, first.again(), column(ENDS)),
        ]
        if step.begins:
            on.append(trees.binary(exp.GT, last.again(), column(BEGINS)))
        made.share = lambda fact: _share(made, node, fact, step)
    else:
        assert node.time is not None, "rows are looked for by their time"
        time = made.emit.beside(Operand(sql=made.sql(node.time), type=node.time.type), step.kind)
        on = [trees.binary(exp.LT, time.sql, column(ENDS))]
        if step.begins:
            on.insert(0, trees.binary(exp.GTE, time.again(), column(BEGINS)))
    made.joins.append(exp.Join(this=trees.table((step.name,)), on=trees.all_of(on)))
    for name in step.keys.values():
        made.windows[name] = _column(name, step.name)


def _day_before(made: Rows, end: Operand) -> exp.Expression:
    """The last day before an end."""
    instant = 86_400_000_000 if end.type.kind is Kind.DATE else 1
    moved = made.emit.call("subtract", end, made.emit.constant(instant, DURATION))
    return moved.sql if end.type.kind is Kind.DATE else made.emit.call("date", moved, result=DATE).sql


def _day(made: Rows, time: Any) -> Operand:
    """The local date of a time."""
    sql = made.sql(time)
    if time.type.kind is Kind.DATE:
        return Operand(sql=sql, type=DATE)
    return made.emit.call("date", Operand(sql=sql, type=time.type), result=DATE)


def _days(made: Rows, node: Windows, step: WindowStep) -> tuple[Operand, Operand]:
    """The first day of a stretch and the one after its last, in the kind of the windows' ends."""
    assert node.spread is not None, "whoever asks has seen it"
    first, last = (made.emit.beside(_day(made, e), step.kind) for e in (node.spread.start, node.spread.end))
    return first, last


def _share(made: Rows, node: Windows, fact: Operand, step: WindowStep) -> Operand:
    """The part of a fact that falls to the days of its stretch that lie in the window."""
    emit = made.emit
    first, last = _days(made, node, step)
    ends = trees.column(ENDS, step.name)
    until = trees.case([(trees.binary(exp.LT, last.sql, ends), last.again())], ends.copy())
    since = first.sql
    if step.begins:
        begins = trees.column(BEGINS, step.name)
        since = trees.case([(trees.binary(exp.GT, first.sql, begins), first.again())], begins.copy())
    start, end = (Operand(sql=sql, type=step.kind) for sql in (since, until))
    if step.kind is TIMESTAMP:  # a window by the clock holds parts of days
        own = emit.call("subtract", end, start, result=DURATION)
        whole = emit.call("subtract", last, first, result=DURATION)
    else:
        own = emit.call("days_between", start, end, result=INTEGER)
        whole = emit.call("days_between", first, last, result=INTEGER)
    part = emit.call("divide", own, whole, result=FLOAT)
    return emit.call("multiply", fact, part, result=FLOAT)


def join_latest(made: Rows, node: Latest, reader: Reading) -> None:
    """The rows of the last (first) date of their period, found among all rows of the entity."""
    stock = node.stock
    home = _scan(node.source)
    base = reader.rows(_bare(node.source, home, [stock.by, *stock.per], reader), [stock.by, *stock.per])
    keys = [key for key in node.keys if key.window or (key.grain is not None and key.expression == stock.by)]
    names = [f"key_{index + 1}" for index in range(len(keys))]
    series = [f"series_{index + 1}" for index in range(len(stock.per))]
    if node.period is not None:
        base.where += reader.within(base, stock.by, node.period)
    query = base.select()
    date = base.sql(stock.by)
    date = made.emit.instant(date) or date  # of a repeated hour's two readings the later instant is the last
    found = exp.Min(this=date) if stock.rule == "first" else exp.Max(this=date)
    query.set(
        "expressions",
        [
            *(trees.named(base.key(key), name) for key, name in zip(keys, names, strict=True)),
            *(trees.named(base.sql(one), name) for one, name in zip(stock.per, series, strict=True)),
            trees.named(found, "date"),
        ],
    )
    by = [*(base.key(key) for key in keys), *(base.sql(one) for one in stock.per)]
    if by:
        query.set("group", exp.Group(expressions=by))
    name = reader.steps.name("last_dates" if stock.rule == "last" else "first_dates")
    reader.steps.add(name, query)
    own = made.sql(stock.by)
    on = [trees.binary(exp.EQ, made.emit.instant(own) or own, trees.column("date", name))]
    on += [  # a period without a date has no rows here, since none has the last date
        trees.binary(exp.EQ, made.key(key), trees.column(column, name))
        for key, column in zip(keys, names, strict=True)
    ]
    on += [
        trees.same(made.sql(one), trees.column(column, name))
        for one, column in zip(stock.per, series, strict=True)
    ]
    made.joins.append(exp.Join(this=trees.table((name,)), on=trees.all_of(on)))


def _scan(node: Node) -> Scan:
    while not isinstance(node, Scan):
        assert isinstance(node, Join | Lookup | Windows | Exchange | Conversion), (
            "the rows of a stock are not filtered before"
        )
        node = node.source
    return node


def _bare(node: Node, home: Scan, needed: list[Any], reader: Reading) -> Node:
    """The same rows with their windows, joined to nothing that they need not."""
    wanted = list(needed)
    windows = []
    while not isinstance(node, Scan):
        if isinstance(node, Windows):
            windows.append(node)
            wanted += [node.time] if node.time is not None else []
        node = node.source  # type: ignore[union-attr]
    made = rows(home.entity.name, wanted, reader.entities)
    for one in reversed(windows):
        made = Windows(
            source=made, window=one.window, frame=one.frame, time=one.time, open=one.open, spread=one.spread
        )
    return made


def _column(name: str, table: str) -> Any:
    return lambda: trees.column(name, table)
