"""Exchange rates as SQL: a step with one rate for each currency and day (or month), joined to rows by theirs.

WITH rates AS (SELECT code AS currency, month(day) AS cell, AVG(price) AS rate FROM fx_rates GROUP BY 1, 2)
SELECT … orders.amount * rates.rate … LEFT JOIN rates ON rates.currency = orders.currency AND rates.cell = month(ordered_on)
"""

from sqlglot import exp

from metricdsl.model.formula import RateTable
from metricdsl.model.types import DATE, FLOAT, TEXT, Kind, ValueType
from metricdsl.plan.nodes import Exchange
from metricdsl.plan.rows import column_of, read_of
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.formula import lower
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows

CURRENCY, CELL, RATE, PLACE = "currency", "cell", "rate", "place"


def join_rate(made: Rows, node: Exchange, reader: Reading) -> None:
    """Each row with its exchange rate: the direct one, else the inverse of the opposite one where that is declared."""
    value, emit = node.value, made.emit
    found: list[str] = []
    for inverse in _directions(value.table, value.into):
        step = _rates(node, reader, inverse=inverse)
        name = step
        while any(join.alias_or_name == name for join in made.joins):
            name = f"{name}_again"
        at = lower(value.at, emit, made.leaf)
        on = [
            trees.binary(exp.EQ, trees.column(CURRENCY, name), made.sql(value.currency)),
            trees.binary(exp.EQ, trees.column(CELL, name), _cell(at, value.table, emit)),
        ]
        made.joins.append(exp.Join(this=trees.table((step,), name), side="LEFT", on=trees.all_of(on)))
        found.append(name)

    def rate() -> exp.Expression:
        rates = [Operand(sql=trees.column(RATE, name), type=value.type) for name in found]
        return rates[0].sql if len(rates) == 1 else emit.call("coalesce", *rates, result=value.type).sql

    made.looked_up[value] = rate
    reader.rates[value.table.entity] = None


def _directions(table: RateTable, into: str) -> list[bool]:
    """Which rates are looked for: direct ones (False), inverse ones (True)."""
    if table.into is not None:
        return [False, True] if table.inverse else [False]
    return [table.target != into]


def _rates(node: Exchange, reader: Reading, *, inverse: bool) -> str:
    """The step of the rates into a currency: one for each other currency and cell."""
    table, into, type_ = node.value.table, node.value.into, node.value.type
    key = (table, into, inverse, type_)
    known: str | None = reader.windows.get(key)
    if known is not None:
        return known
    emit = reader.emit
    types = {name: one.type for name, one in reader.entities[table.entity].columns.items()}
    rows = reader.rows(node.rates, read_of(table))

    def of_row(name: str) -> Operand:
        return Operand(sql=rows.sql(column_of(table, name)), type=types[name])

    def side(name: str | None) -> exp.Expression:
        return of_row(name).sql if name is not None else emit.constant(table.target, TEXT).sql

    other, own = (table.into, table.currency) if inverse else (table.currency, table.into)
    if own is not None:
        rows.where.append(trees.binary(exp.EQ, side(own), emit.constant(into, TEXT).sql))
    if table.rule == "month end":
        rows.where.append(trees.negated(trees.is_null(of_row(table.rate).sql)))

    def currency() -> exp.Expression:
        return side(other) if other is not None else emit.cast(side(None), TEXT)

    def cell() -> exp.Expression:
        return _cell(of_row(table.day), table, emit)

    query = rows.select()
    rate = of_row(table.rate)
    if table.rule == "month average":
        rate = Operand(sql=emit.aggregate("avg", [rate], FLOAT), type=FLOAT)
        query.set("group", exp.Group(expressions=[cell()] if other is None else [currency(), cell()]))
    columns = [
        trees.named(currency(), CURRENCY, always=True),
        trees.named(cell(), CELL, always=True),
        trees.named(_as(rate, type_, emit, inverse=inverse), RATE, always=True),
    ]
    if table.rule == "month end":
        latest = exp.Window(
            this=exp.Anonymous(this="ROW_NUMBER", expressions=[]),
            partition_by=[cell()] if other is None else [currency(), cell()],
            order=exp.Order(expressions=[trees.ordered(of_row(table.day).sql, descending=True)]),
            over="OVER",
        )
        query.set("expressions", [*columns, trees.named(latest, PLACE)])
        inner = "dated"
        query = exp.Select(
            expressions=[trees.column(name, inner) for name in (CURRENCY, CELL, RATE)],
            from_=exp.From(this=trees.derived(query, inner)),
            where=exp.Where(this=trees.binary(exp.EQ, trees.column(PLACE, inner), trees.number(1))),
        )
    else:
        query.set("expressions", columns)
    name = reader.steps.name("inverse_rates" if inverse else "exchange_rates")
    reader.steps.add(name, query)
    reader.windows[key] = name
    return name


def _cell(time: Operand, table: RateTable, emit: Emitter) -> exp.Expression:
    """The day or month that a rate is of."""
    if table.rule == "day":
        return emit.call("date", time, result=DATE).sql
    return emit.call("start_of", time, emit.constant("month", TEXT), result=DATE).sql


def _as(rate: Operand, wanted: ValueType, emit: Emitter, *, inverse: bool) -> exp.Expression:
    """A rate as a number of the kind that is calculated with."""
    one = emit.constant(1, FLOAT)
    if inverse:
        return emit.call("divide", one, rate, result=FLOAT).sql
    if wanted.kind is Kind.FLOAT and rate.type.kind is not Kind.FLOAT:
        return emit.call("multiply", rate, one, result=FLOAT).sql
    return rate.sql
