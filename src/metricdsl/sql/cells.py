"""The cells of a grain, one after the other, as a step: from the first time that any row has to the last, or to today."""

from datetime import date, datetime, timedelta

from sqlglot import exp

from metricdsl.model.calendar import CLOCK, nests, of_weeks, plain_grain
from metricdsl.model.period import Period, beginning, day_of
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.following import following, length
from metricdsl.sql.reading import Reading
from metricdsl.sql.whole_weeks import counts_at_once, of_whole_weeks

FIRST, LAST, CELL, CELL_ENDS = "first", "last", "cell", "ends"


def series(
    grain: str,
    period: Period,
    reading: Reading,
    *,
    whole: str | None = None,
    back: int = 0,
    reach: str | None = None,
) -> str:
    """The name of a step with the beginnings of all cells of a grain, in a period or wherever there are rows, up to today.

    With `whole`, a longer grain, of its cells all that they are made of; with `back` from so many days before that, with `reach`
    from the first of the cells of a table. A step of cells of a table tells their ends too.
    """
    known = reading.series.get((grain, period, whole, back, reach))
    if known is not None:
        return known
    if table_of(grain) is not None:
        return _of_table(grain, period, reading, whole=whole is not None or reach is not None)
    emit = reading.emit
    kind = TIMESTAMP if grain in CLOCK else DATE
    name = reading.steps.name(f"{plain_grain(grain)}s")
    reading.series[grain, period, whole, back, reach] = name
    if period.end is None or period.start is None:
        bounds = extent(reading)
    cut = whole is not None and not nests(grain, whole)  # a month begins in the middle of a week
    lower: exp.Expression
    upper: exp.Expression
    of_table = next((one for one in (whole, reach) if one is not None and table_of(one) is not None), None)
    if of_table is not None:
        whole = None
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
    if of_table is not None:
        lower, upper = _beyond(of_table, lower, upper, grain, kind, reading, all_=reach is not None)
    first = exp.Select(expressions=[trees.named(lower, CELL)])
    needs = period.end is None or period.start is None
    begun = trees.binary(exp.LT, lower.copy(), upper.copy())
    if needs:
        first.set("from_", exp.From(this=trees.table((bounds,))))
    first.set("where", exp.Where(this=begun))

    # Cells of whole weeks are not alike in length: one follows from the one before.
    first_cell, end = Operand(sql=lower, type=kind), Operand(sql=upper, type=kind)
    if of_weeks(grain) and counts_at_once(emit):
        reading.steps.add(name, of_whole_weeks(first, first_cell, end, grain, kind, CELL, emit))
        return name
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


def _of_table(grain: str, period: Period, reading: Reading, *, whole: bool) -> str:
    """The periods of a table that meet a period, or the times of rows, up to today; all of them, where others are made of them."""
    step = reading.emit.periods_of(grain)
    if whole:
        return step
    lower, upper, bounds = _ends(period, reading)
    query = exp.Select(
        expressions=[trees.column(one, step) for one in (CELL, CELL_ENDS)],
        from_=exp.From(this=trees.table((step,))),
        where=exp.Where(
            this=trees.binary(
                exp.And,
                trees.binary(exp.GT, trees.column(CELL_ENDS, step), lower),
                trees.binary(exp.LT, trees.column(CELL, step), upper),
            )
        ),
    )
    if bounds is not None:
        query.set("joins", [exp.Join(this=trees.table((bounds,)), kind="CROSS")])
    name = reading.steps.name(f"{plain_grain(grain)}s")
    reading.series[grain, period, None, 0, None] = name
    reading.steps.add(name, query)
    return name


def _ends(period: Period, reading: Reading) -> tuple[exp.Expression, exp.Expression, str | None]:
    """The first day of a period and the day after its last, and the step that they are read of."""
    emit = reading.emit
    bounds = extent(reading) if period.start is None or period.end is None else None
    lower = (
        trees.column(FIRST, bounds) if period.start is None else emit.constant(day_of(period.start), DATE).sql
    )
    if period.end is not None:
        last = day_of(period.end) + timedelta(isinstance(period.end, datetime))
        return lower, emit.constant(last, DATE).sql, bounds
    return lower, _days_later(Operand(sql=trees.column(LAST, bounds), type=DATE), 1, reading).sql, bounds


def _beyond(
    of_table: str,
    lower: exp.Expression,
    upper: exp.Expression,
    grain: str,
    kind: ValueType,
    reading: Reading,
    *,
    all_: bool,
) -> tuple[exp.Expression, exp.Expression]:
    """From where to where cells lie that periods of a table are made of, which may begin earlier and end later than the rows."""
    emit, step = reading.emit, reading.emit.periods_of(of_table)

    def found(function: type[exp.AggFunc], column: str, condition: exp.Expression | None) -> exp.Expression:
        query = exp.Select(
            expressions=[function(this=trees.column(column, step))], from_=exp.From(this=trees.table((step,)))
        )
        if condition is not None:
            query.set("where", exp.Where(this=condition))
        return exp.Subquery(this=query)

    day = emit.call("date", Operand(sql=lower.copy(), type=kind), result=DATE).sql
    meets = None if all_ else trees.binary(exp.GT, trees.column(CELL_ENDS, step), day)
    earliest = Operand(sql=found(exp.Min, CELL, meets), type=DATE)
    first = emit.beside(Operand(sql=_start_of(earliest, grain, DATE, reading), type=DATE), kind).sql
    begun = trees.binary(
        exp.LT,
        trees.column(CELL, step),
        emit.call("date", Operand(sql=upper.copy(), type=kind), result=DATE).sql,
    )
    last = emit.beside(Operand(sql=found(exp.Max, CELL_ENDS, begun), type=DATE), kind).sql
    return (
        trees.case([(trees.binary(exp.LT, first, lower), first.copy())], lower.copy()),
        trees.case([(trees.binary(exp.GT, last, upper), last.copy())], upper.copy()),
    )


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
