"""Statements that are run before a query, and find what is wrong with the data it reads."""

from collections.abc import Callable, Iterator, Mapping

from attrs import evolve
from sqlglot import exp

from metricdsl.model.entity import Entity
from metricdsl.model.made_of import short
from metricdsl.plan import Plan
from metricdsl.plan.nodes import Scan
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef
from metricdsl.spi.values import Catalog, Purpose, Statement, TableInfo
from metricdsl.sql import trees
from metricdsl.sql.emitter import Doubt, Emitter
from metricdsl.sql.missing_rates import missing_rates
from metricdsl.sql.neighbours import Found, overlaps
from metricdsl.sql.period_steps import asked_periods, guards_of_periods
from metricdsl.sql.reader import Reader
from metricdsl.sql.relations import Inline, Stored
from metricdsl.sql.rendering import rendered


def guards(reader: Reader, plan: Plan, fresh: Callable[[], Reader]) -> Iterator[Statement]:
    """What must hold of the data that a query reads: each must give no row, but those that count what is missing.

    `reader` has read the query, `fresh` makes another one. What the tables tell that only policies look at must not be shown.
    """
    emit = reader.emit
    others = list(_of_rows(reader, plan, fresh))  # which may read columns that the query does not
    restricted = _restricted(plan, reader.catalog)
    for parts, doubts in emit.doubts.items():
        yield evolve(_stored_values(parts, doubts, emit.definition), hidden=parts in restricted)
    yield from others


def _of_rows(reader: Reader, plan: Plan, fresh: Callable[[], Reader]) -> Iterator[Statement]:
    def again(*, whole: bool) -> Reader:
        return fresh().of_policies() if whole else fresh()

    for one in (reader, *reader.uncut):
        whole = one is not reader
        for name in one.joined:
            if not whole or name not in reader.joined or plan.entities[name].restricted:
                yield evolve(_repeated_key(one.entities[name], again(whole=whole)), hidden=whole)
    for name in reader.rates:
        yield _repeated_key(plan.entities[name], fresh(), Purpose.PAIRS)
    yield from guards_of_periods(asked_periods(reader), fresh)
    for one in (reader, *reader.uncut):
        whole = one is not reader
        spans = {(f.target.name, f.by.columns): f for f in one.neighbours.values() if f.by.end}
        for found in spans.values():
            yield evolve(_overlap(found, again(whole=whole)), hidden=whole)
    for home, into, query in missing_rates(plan, fresh) if reader.rates else ():
        text = rendered(query, reader.emit.definition)
        yield Statement(sql=text, purpose=Purpose.RATES, subject=f"{home} {into}")


def _restricted(plan: Plan, catalog: Catalog) -> set[tuple[str, ...]]:
    """The tables of entities that not everybody may see all rows of."""
    entities = (*plan.entities.values(), *plan.whole.values())
    return {Stored(e, catalog.tables.get(e.table.name)).parts for e in entities if e.restricted}


def _repeated_key(entity: Entity, reader: Reader, purpose: Purpose = Purpose.GUARD) -> Statement:
    """A statement that finds a repeated key of a joined entity: it must give no row."""
    scan = Scan(entity=entity, alias=short(entity.name))
    relation = reader.relation(scan, set(entity.key), joined=False)
    conditions = [trees.negated(trees.is_null(relation.column(name))) for name in entity.key]
    if (scope := relation.scope()) is not None:
        conditions.insert(0, scope)
    condition = trees.all_of(conditions)
    query = exp.Select(
        expressions=[
            *(trees.named(relation.column(name), name) for name in entity.key),
            trees.named(trees.count_star(), "rows"),
        ],
        from_=exp.From(this=relation.source()),
        where=exp.Where(this=condition),
        group=exp.Group(expressions=[relation.column(name) for name in entity.key]),
        having=exp.Having(this=exp.GT(this=trees.count_star(), expression=trees.number(1))),
        limit=exp.Limit(expression=trees.number(1)),
    )
    text = rendered(reader.finished(query), reader.emit.definition)
    return Statement(sql=text, purpose=purpose, subject=entity.name)


def _overlap(found: Found, reader: Reader) -> Statement:
    """A statement that finds two rows of one key that are valid at once: it must give no row."""
    text = rendered(reader.finished(overlaps(reader, found.target, found.by)), reader.emit.definition)
    return Statement(sql=text, purpose=Purpose.OVERLAP, subject=found.target.name)


def _stored_values(parts: tuple[str, ...], doubts: Mapping[str, Doubt], dialect: DialectDef) -> Statement:
    """A statement that finds a stored value that is not of the type declared for its column: it must give no row."""
    columns = list(doubts)

    def first(shown: Callable[[str], exp.Expression]) -> exp.Expression:
        return trees.case([(doubts[name].wrong.copy(), shown(name)) for name in columns])

    query = exp.Select(
        expressions=[
            trees.named(first(exp.Literal.string), "column"),
            trees.named(first(lambda name: exp.Literal.string(doubts[name].expected)), "expected"),
            trees.named(first(trees.column), "value"),
        ],
        from_=exp.From(this=trees.table(parts, parts[-1])),
        where=exp.Where(this=trees.any_of([doubt.wrong.copy() for doubt in doubts.values()])),
        limit=exp.Limit(expression=trees.number(1)),
    )
    return Statement(sql=rendered(query, dialect), purpose=Purpose.VALUES, subject=parts[-1])


def wrong_value(
    entity: Entity, column: str, info: TableInfo, registry: Registry, dialect: str, timezone: str
) -> Statement | None:
    """The guard of one stored column of an entity; None where the engine holds its columns to their types."""
    emit = Emitter(registry, registry.dialects[dialect], timezone, 1)
    Inline(Stored(entity, info), short(entity.name), emit).column(column)
    for parts, doubts in emit.doubts.items():
        return _stored_values(parts, doubts, emit.definition)
    return None
