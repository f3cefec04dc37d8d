"""The rows that an aggregate looks at and that lack an exchange rate, counted: what is told beside a result.

SELECT currency, COUNT(*), MIN(day) FROM orders LEFT JOIN rates … WHERE amount IS NOT NULL AND rate IS NULL GROUP BY currency
"""

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve
from sqlglot import exp

from metricdsl.model.formula import ColumnRef, Expression, Rate
from metricdsl.model.made_of import row_values, short
from metricdsl.model.parts import conjuncts
from metricdsl.model.types import DATE, TEXT
from metricdsl.plan.conditions import conjunction
from metricdsl.plan.nodes import Aggregate, Centre, Days, Filter, Node, Plan, Rank, Windows
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.reader import Reader
from metricdsl.sql.rows import Rows
from metricdsl.value import frozen


def missing_rates(plan: Plan, reader: Callable[[], Reader]) -> Iterator[tuple[str, str, exp.Query]]:
    """For each home and currency converted into, the query that counts: a row that several formulas or periods read counts once."""
    found: dict[tuple[str, str], list[_Lacking]] = {}
    for step in _branches(plan.root):
        for rate, condition in _rates(step):
            home = step.measures[0].formula.home if step.measures[0].formula is not None else ""
            here = found.setdefault((home, rate.into), [])
            same = next((one for one in here if one.rate == rate and one.source == step.source), None)
            if same is None:
                here.append(_Lacking(step.source, rate, [condition], home))
            else:
                same.conditions.append(condition)
    for (home, into), lacking in found.items():
        yield short(home), into, _query(lacking, reader())


@frozen
class _Lacking:
    """Rows that are looked at, a rate that they take, and conditions of which those meet one that do: None is met by all."""

    source: Node
    rate: Rate
    conditions: list[Expression | None]
    home: str


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


def _rates(step: Aggregate) -> Iterator[tuple[Rate, Expression | None]]:
    """The rates that a step takes, each with the condition of the rows that it takes it for."""
    common = [key.expression for key in step.keys if key.expression is not None] + [*step.context.filters]
    yield from ((rate, None) for rate in _in(common))
    for measure in step.measures:
        read = () if measure.formula is None else measure.formula.read
        kept = conjuncts(measure.condition)
        for rate in _in([*read, *kept]):
            yield rate, conjunction(part for part in kept if rate not in set(row_values(part)))


def _in(read: Iterable[Expression]) -> Iterator[Rate]:
    found = dict.fromkeys(value for one in read for value in row_values(one))
    return (value for value in found if isinstance(value, Rate))


def _query(lacking: list[_Lacking], reader: Reader) -> exp.Query:
    """How many rows lack a rate, by currency, with the first day that lacks it; the most first."""
    rows: exp.Query = _rows(lacking[0], reader)
    for one in lacking[1:]:
        rows = exp.Union(this=rows, expression=_rows(one, reader), distinct=True)
    emit = reader.emit
    query = exp.Select(
        expressions=[
            trees.column("currency", "lacking"),
            trees.named(trees.count_star(), "rows"),
            trees.named(emit.cast(exp.Min(this=trees.column("day", "lacking")), TEXT), "day"),
        ],
        from_=exp.From(this=trees.derived(rows, "lacking")),
        group=exp.Group(expressions=[trees.column("currency", "lacking")]),
        order=exp.Order(
            expressions=[
                trees.ordered(trees.count_star(), descending=True),
                trees.ordered(trees.column("currency", "lacking")),
            ]
        ),
    )
    return reader.finished(query)


def _rows(lacking: _Lacking, reader: Reader) -> exp.Select:
    """The rows that lack the rate: currency, day and key."""
    rate = lacking.rate
    source = _unfiltered(lacking.source, rate)
    key = _tells_apart(reader, lacking.home)
    asked = [] if None in lacking.conditions else [one for one in lacking.conditions if one is not None]
    made = reader.rows(source, [rate.currency, rate.at, rate.amount, *key, *asked])
    emit = reader.emit
    made.where.append(trees.negated(trees.is_null(made.sql(rate.amount))))
    made.where.append(trees.is_null(made.sql(rate)))
    other = trees.binary(exp.NEQ, made.sql(rate.currency), emit.constant(rate.into, TEXT).sql)
    made.where.append(trees.binary(exp.Or, trees.is_null(made.sql(rate.currency)), other))
    if (meets := trees.any_of([made.sql(one) for one in asked])) is not None:
        made.where.append(meets)
    at = lower(rate.at, emit, made.leaf)
    day = emit.call("date", Operand(sql=at.sql, type=at.type), result=DATE).sql
    keys = [made.sql(one) for one in key]
    rows = _select(made, [(made.sql(rate.currency), "currency"), (day, "day")], keys)
    if any(isinstance(part, Windows) for part in _steps(source)) and keys:
        rows.set("distinct", exp.Distinct())
    return rows


def _select(made: Rows, named: list[tuple[exp.Expression, str]], keys: list[exp.Expression]) -> exp.Select:
    query = made.select()
    columns = [trees.named(sql, name, always=True) for sql, name in named]
    columns += [trees.named(sql, f"key_{index + 1}", always=True) for index, sql in enumerate(keys)]
    query.set("expressions", columns)
    return query


def _tells_apart(reader: Reader, home: str) -> list[Expression]:
    """The key of the home: a row that lies in several windows is counted once."""
    if not home:
        return []
    entity = reader.entities[home]
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
