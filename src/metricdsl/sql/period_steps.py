"""Periods that lie in a table as a step, one row for each, and what must hold of their days.

    WITH trading_sessions AS (SELECT MIN(d) AS cell, MAX(d) + 1 AS ends, ROW_NUMBER() OVER (ORDER BY MIN(d)) AS number
                              FROM trading_days WHERE NOT d IS NULL AND NOT session IS NULL GROUP BY session)

A period holds all days from its first to its last, so days without a row of their own are in it.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from metricdsl.model.calendar import GRAINS, grain_name, plain_grain
from metricdsl.model.made_of import short
from metricdsl.model.period_table import PeriodTable, part_of, table_of
from metricdsl.model.types import DATE, INTEGER
from metricdsl.spi.lowering import Operand
from metricdsl.spi.values import Purpose, Statement
from metricdsl.sql import trees
from metricdsl.sql.reader import Reader
from metricdsl.sql.relations import Inline, Stored
from metricdsl.sql.rendering import rendered
from metricdsl.value import frozen

CELL, ENDS, NUMBER = "cell", "ends", "number"


@frozen
class _Asked:
    """Under which a reader keeps the step of a grain."""

    grain: str


def periods_step(reader: Reader, grain: str) -> str:
    """The name of the step of the periods of a grain, made once."""
    known: str | None = reader.windows.get(_Asked(grain))
    if known is not None:
        return known
    days, day, part = _days(reader, grain)
    first = exp.Min(this=day())
    last = Operand(sql=exp.Max(this=day()), type=DATE)
    one = Operand(sql=trees.number(1), type=INTEGER)
    number = exp.Window(
        this=exp.Anonymous(this="ROW_NUMBER", expressions=[]),
        order=exp.Order(expressions=[trees.ordered(first.copy())]),
        over="OVER",
    )
    days.set(
        "expressions",
        [
            trees.named(first, CELL, always=True),
            trees.named(reader.emit.call("days_later", last, one, result=DATE).sql, ENDS, always=True),
            trees.named(number, NUMBER, always=True),
        ],
    )
    days.set("group", exp.Group(expressions=[part()]))
    calendar = grain_name(grain).replace(".", "_")
    name = reader.steps.name(f"{plain_grain(grain)}_periods", f"{calendar}_periods")
    reader.windows[_Asked(grain)] = name
    reader.steps.put_first(name, days)
    return name


def asked_periods(reader: Reader) -> tuple[str, ...]:
    """The grains whose periods a query has looked at."""
    return tuple(key.grain for key in reader.windows if isinstance(key, _Asked))


def guards_of_periods(grains: tuple[str, ...], fresh: Callable[[], Reader]) -> Iterator[Statement]:
    """What must hold of the days of a table: each is there once, periods lie one behind the other, the shorter in the longer."""
    for grain in grains:
        yield _statement(grain_name(grain), _repeated_day(fresh(), grain))
        yield _statement(grain_name(grain), _among_each_other(fresh(), grain))
    for coarse in sorted(grains, key=GRAINS.index):
        for fine in grains:
            same = table_of(fine) == table_of(coarse)
            if same and GRAINS.index(fine) < GRAINS.index(coarse):
                subject = f"{grain_name(fine)} {grain_name(coarse)}"
                yield _statement(subject, _cut(fresh(), fine, coarse))


def _statement(subject: str, made: tuple[Reader, exp.Query]) -> Statement:
    reader, query = made
    text = rendered(reader.finished(query), reader.emit.definition)
    return Statement(sql=text, purpose=Purpose.PERIODS, subject=subject)


def _repeated_day(reader: Reader, grain: str) -> tuple[Reader, exp.Query]:
    """A day that is there twice."""
    days, day, _ = _days(reader, grain)
    none = reader.emit.null(DATE)
    days.set("expressions", [trees.named(day(), "one", always=True), trees.named(none, "other")])
    days.set("group", exp.Group(expressions=[day()]))
    days.set("having", exp.Having(this=exp.GT(this=trees.count_star(), expression=trees.number(1))))
    days.set("limit", exp.Limit(expression=trees.number(1)))
    return reader, days


def _among_each_other(reader: Reader, grain: str) -> tuple[Reader, exp.Query]:
    """Two periods of which one begins before the other ends."""
    step = periods_step(reader, grain)
    on = [
        trees.binary(exp.GT, trees.column(NUMBER, "later"), trees.column(NUMBER, "earlier")),
        trees.binary(exp.LT, trees.column(CELL, "later"), trees.column(ENDS, "earlier")),
    ]
    return reader, _pair(step, step, on)


def _cut(reader: Reader, fine: str, coarse: str) -> tuple[Reader, exp.Query]:
    """A period that lies in a longer one in part."""
    shorter, longer = periods_step(reader, fine), periods_step(reader, coarse)
    meets = [
        trees.binary(exp.LT, trees.column(CELL, "later"), trees.column(ENDS, "earlier")),
        trees.binary(exp.GT, trees.column(ENDS, "later"), trees.column(CELL, "earlier")),
    ]
    before = trees.binary(exp.LT, trees.column(CELL, "later"), trees.column(CELL, "earlier"))
    beyond = trees.binary(exp.GT, trees.column(ENDS, "later"), trees.column(ENDS, "earlier"))
    return reader, _pair(longer, shorter, [*meets, trees.binary(exp.Or, before, beyond)])


def _pair(earlier: str, later: str, on: list[exp.Expression]) -> exp.Select:
    join = exp.Join(this=trees.table((later,), "later"), on=trees.all_of(on))
    return exp.Select(
        expressions=[
            trees.named(trees.column(CELL, "earlier"), "one"),
            trees.named(trees.column(CELL, "later"), "other"),
        ],
        from_=exp.From(this=trees.table((earlier,), "earlier")),
        joins=[join],
        limit=exp.Limit(expression=trees.number(1)),
    )


def _days(
    reader: Reader, grain: str
) -> tuple[exp.Select, Callable[[], exp.Expression], Callable[[], exp.Expression]]:
    """The rows that tell the periods of a grain, without columns; a row's day, and what tells its period."""
    table = table_of(grain)
    assert isinstance(table, PeriodTable), "only periods of a table have rows"
    entity = {**(reader.whole or {}), **reader.entities}[table.rows]
    assert entity.time is not None, "each row has a day"
    time = entity.time
    info = reader.catalog.tables.get(entity.table.name)
    inline = Inline(Stored(entity, info), short(table.rows), reader.emit)

    def day() -> exp.Expression:
        return inline.column(time)

    def part() -> exp.Expression:
        return inline.column(part_of(grain))

    conditions = [trees.negated(trees.is_null(day())), trees.negated(trees.is_null(part()))]
    if (scope := inline.scope()) is not None:
        conditions.insert(0, scope)
    query = exp.Select(
        expressions=[],
        from_=exp.From(this=inline.source()),
        where=exp.Where(this=trees.all_of(conditions)),
    )
    return query, day, part
