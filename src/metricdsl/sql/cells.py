"""The cells of a grain, one after the other, as a step: from the first time that any row has to the last, or to today."""

from datetime import date, datetime, timedelta

from sqlglot import exp

from metricdsl.model.calendar import CLOCK, nests, of_weeks, plain_grain
from metricdsl.model.period import Period, beginning, day_of
from metricdsl.model.types import DATE, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.following import following, length
from metricdsl.sql.reading import Reading

FIRST, LAST, CELL = "first", "last", "cell"


def series(grain: str, period: Period, reading: Reading, *, whole: str | None = None, back: int = 0) -> str:
    """The name of a step with the beginnings of all cells of a grain, in a period or wherever there are rows, up to today.

    With `whole`, a longer grain, of its cells all that they are made of; with `back` from so many days before that.
    """
    known = reading.series.get((grain, period, whole, back))
    if known is not None:
        return known
    emit = reading.emit
    kind = TIMESTAMP if grain in CLOCK else DATE
    name = reading.steps.name(f"{plain_grain(grain)}s")
    reading.series[grain, period, whole, back] = name
    if period.end is None or period.start is None:
        bounds = extent(reading)
    cut = whole is not None and not nests(grain, whole)  # a month begins in the middle of a week
    lower: exp.Expression
    upper: exp.Expression
    if period.start is not None:
        since = beginning(period.start, whole or grain, emit.week_start)
        if cut:
            since = beginning(since, grain, emit.week_start)
        lower = emit.constant(_before(since, back, grain, emit.week_start), kind).sql
    else:
        first_day = Operand(sql=trees.column(FIRST, bounds), type=DATE)
        lower = _start_of(first_day, whole or grain, kind, reading)
        if cut and not back:
            lower = _start_of(Operand(sql=lower, type=kind), grain, kind, reading)
        if back:
            earlier = _days_later(Operand(sql=lower, type=kind), -back, reading)
            lower = _start_of(earlier, grain, kind, reading)
    if period.end is not None:
        upper = emit.constant(period.end, kind).sql
    else:
        last = Operand(sql=trees.column(LAST, bounds), type=DATE)
        upper = emit.beside(_days_later(last, 1, reading), kind).sql
    if whole is not None:
        day = _days_later(Operand(sql=upper, type=kind), -1, reading)
        start = Operand(sql=_start_of(day, whole, kind, reading), type=kind)
        upper = following(emit, start, whole)
    first = exp.Select(expressions=[trees.named(lower, CELL)])
    needs = period.end is None or period.start is None
    begun = trees.binary(exp.LT, lower.copy(), upper.copy())
    if needs:
        first.set("from_", exp.From(this=trees.table((bounds,))))
    first.set("where", exp.Where(this=begun))

    # Cells of whole weeks are not alike in length: one follows from the one before.
    first_cell, end = Operand(sql=lower, type=kind), Operand(sql=upper, type=kind)
    at_once = (
        None
        if of_weeks(grain)
        else emit.operator("cells.between", first_cell, end, length(emit, grain), result=kind)
    )
    if at_once is not None:
        first.set("expressions", [trees.named(at_once, CELL)])
        reading.steps.add(name, first)
        return name

    def next_cell() -> exp.Expression:
        return following(emit, Operand(sql=trees.column(CELL, name), type=kind), grain)

    again = exp.Select(expressions=[next_cell()], from_=exp.From(this=trees.table((name,))))
    if period.end is None:
        again.set("joins", [exp.Join(this=trees.table((bounds,)), kind="CROSS")])
    again.set("where", exp.Where(this=trees.binary(exp.LT, next_cell(), upper.copy())))
    reading.steps.add(name, exp.Union(this=first, expression=again, distinct=False), [CELL], recursive=True)
    return name


def extent(reading: Reading) -> str:
    """The name of a step of one row: the first and the last day of any row that a window may hold, the last at least today."""
    if reading.extent:
        return reading.extent[0]
    emit = reading.emit
    parts: list[exp.Select] = []
    for node, time in reading.extents:
        made = reading.rows(node, [time])
        day = (
            emit.call("date", Operand(sql=made.sql(time), type=time.type))
            if time.type.kind is not Kind.DATE
            else None
        )
        query = made.select()
        sql = made.sql(time) if day is None else day.sql
        query.set(
            "expressions",
            [trees.named(exp.Min(this=sql), FIRST), trees.named(exp.Max(this=sql.copy()), LAST)],
        )
        parts.append(query)
    union: exp.Query = parts[0]
    for part in parts[1:]:
        union = exp.Union(this=union, expression=part, distinct=False)
    name = reading.steps.name("extent")
    today = emit.constant(reading.today, DATE).sql
    last = exp.Max(this=trees.column(LAST, "times"))
    later = trees.case([(trees.binary(exp.GT, last, today), last.copy())], today.copy())
    reading.steps.add(
        name,
        exp.Select(
            expressions=[
                trees.named(exp.Min(this=trees.column(FIRST, "times")), FIRST),
                trees.named(later, LAST),
            ],
            from_=exp.From(this=trees.derived(union, "times")),
        ),
    )
    reading.extent.append(name)
    return name


def _before(since: date | datetime, back: int, grain: str, week_start: int) -> date | datetime:
    """The beginning of the cell that lies so many days before, or of the first one there is."""
    if not back:
        return since
    return beginning(since - min(timedelta(days=back), day_of(since) - date.min), grain, week_start)


def _days_later(day: Operand, number: int, reading: Reading) -> Operand:
    emit = reading.emit
    return emit.call("add", day, length(emit, "day", number), result=day.type)


def _start_of(time: Operand, grain: str, kind: ValueType, reading: Reading) -> exp.Expression:
    """The beginning of the cell that a time lies in; for hours and minutes that of its day."""
    emit = reading.emit
    cell = emit.constant("day" if grain in CLOCK else grain, TEXT)
    return emit.beside(emit.call("start_of", time, cell, result=DATE), kind).sql
