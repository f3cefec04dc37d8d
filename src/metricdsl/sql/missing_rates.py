"""The rows that an aggregate looks at and that lack an exchange rate, counted: what is told beside a result.

SELECT currency, COUNT(*), MIN(day) FROM orders LEFT JOIN rates … WHERE amount IS NOT NULL AND rate IS NULL GROUP BY currency
"""

from collections.abc import Callable, Iterator

from attrs import evolve
from sqlglot import exp

from metricdsl.model.formula import ColumnRef, Expression, Rate
from metricdsl.model.types import DATE, TEXT
from metricdsl.plan.expressions import row_values, short
from metricdsl.plan.nodes import Aggregate, Centre, Days, Filter, Node, Plan, Rank, Windows
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.reader import Reader
from metricdsl.sql.rows import Rows


def missing_rates(plan: Plan, reader: Callable[[], Reader]) -> Iterator[tuple[str, str, exp.Query]]:
    """For each branch of rows and each rate it takes: the home, the currency converted into, and the query that counts."""
    seen: set[tuple[str, Rate, object]] = set()
    for step in _branches(plan.root):
        for rate in _rates(step):
            home = step.measures[0].formula.home if step.measures[0].formula is not None else ""
            key = (home, rate, step.context.filters)
            if key not in seen:
                seen.add(key)
                yield short(home), rate.into, _query(step, rate, reader())


def _branches(node: object) -> Iterator[Aggregate]:
    """The branches of a plan, at all depths."""
    if isinstance(node, Aggregate):
        yield node
    if isinstance(node, tuple):
        for one in node:
            yield from _branches(one)
    elif type(node).__module__ == Aggregate.__module__:
        for one in getattr(type(node), "__attrs_attrs__", ()):
            yield from _branches(getattr(node, one.name))


def _rates(step: Aggregate) -> Iterator[Rate]:
    read: list[Expression] = [key.expression for key in step.keys if key.expression is not None]
    for measure in step.measures:
        read += () if measure.formula is None else measure.formula.read
        read += () if measure.condition is None else (measure.condition,)
    read += step.context.filters
    found = dict.fromkeys(value for one in read for value in row_values(one))
    return (value for value in found if isinstance(value, Rate))


def _query(step: Aggregate, rate: Rate, reader: Reader) -> exp.Query:
    """How many rows lack a rate, by currency, with the first day that lacks it; the most first."""
    source = _unfiltered(step.source, rate)
    made = reader.rows(source, [rate.currency, rate.at, rate.amount, *_tells_apart(reader, step)])
    emit = reader.emit
    made.where.append(trees.negated(trees.is_null(made.sql(rate.amount))))
    made.where.append(trees.is_null(made.sql(rate)))
    other = trees.binary(exp.NEQ, made.sql(rate.currency), emit.constant(rate.into, TEXT).sql)
    made.where.append(trees.binary(exp.Or, trees.is_null(made.sql(rate.currency)), other))
    at = lower(rate.at, emit, made.leaf)
    day = emit.call("date", Operand(sql=at.sql, type=at.type), result=DATE).sql
    keys = [made.sql(one) for one in _tells_apart(reader, step)]
    rows = _select(made, [(made.sql(rate.currency), "currency"), (day, "day")], keys)
    if any(isinstance(part, Windows) for part in _steps(source)) and keys:
        rows.set("distinct", exp.Distinct())
    query = exp.Select(
        expressions=[
            trees.column("currency", "lacking"),
            trees.named(trees.count_star(), "rows"),
            trees.named(emit.cast(exp.Min(this=trees.column("day", "lacking")), TEXT), "day"),
        ],
        from_=exp.From(this=trees.derived(rows, "lacking")),
        group=exp.Group(expressions=[trees.column("currency", "lacking")]),
        order=exp.Order(expressions=[trees.ordered(trees.count_star(), descending=True)]),
    )
    return reader.finished(query)


def _select(made: Rows, named: list[tuple[exp.Expression, str]], keys: list[exp.Expression]) -> exp.Select:
    query = made.select()
    columns = [trees.named(sql, name, always=True) for sql, name in named]
    columns += [trees.named(sql, f"key_{index + 1}", always=True) for index, sql in enumerate(keys)]
    query.set("expressions", columns)
    return query


def _tells_apart(reader: Reader, step: Aggregate) -> list[Expression]:
    """The key of the home: a row that lies in several windows is counted once."""
    formula = step.measures[0].formula
    if formula is None:
        return []
    entity = reader.entities[formula.home]
    return [
        ColumnRef(type=entity.columns[name].type, path=(), entity=entity.name, column=name)
        for name in entity.key
    ]


def _unfiltered(node: Node, rate: Rate) -> Node:
    """The rows as they are before conditions on the rate itself, which a missing one fails; and not yet prepared."""
    match node:
        case Filter():
            kept = tuple(part for part in node.conditions if rate not in set(row_values(part)))
            return evolve(node, conditions=kept, alternatives=())
        case Rank() | Centre() | Days():
            return _unfiltered(node.source, rate)
        case _:
            return node


def _steps(node: Node) -> Iterator[Node]:
    while True:
        yield node
        source = getattr(node, "source", None)
        if source is None:
            return
        node = source
