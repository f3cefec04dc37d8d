"""Places among the best: of each group one of its own, and the result in their order.

SELECT region, ROW_NUMBER() OVER (ORDER BY revenue DESC NULLS LAST, region) AS place FROM ranking
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from metricdsl.model.formula import Ranked
from metricdsl.model.request import SortKey
from metricdsl.model.types import INTEGER, ValueType
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Place
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.groups import Sql
from metricdsl.sql.lookups import looked_up
from metricdsl.sql.order import in_order, sort_key
from metricdsl.sql.reader import Reader
from metricdsl.sql.stepped import column_of


def single_place(ranked: Ranked, names: Sequence[str], base: str, emit: Emitter) -> exp.Expression:
    """The place of a group, no other group's: by its value, then by its keys. Groups that have none come last."""
    order = [trees.ordered(trees.column("ranks", base))]
    order.append(trees.ordered(trees.column("value", base), descending=not ranked.ascending))
    for ref in ranked.among:
        key = column_of(names[ref.index], base)
        order.append(trees.ordered(in_order(ref.type, key, emit) or key()))
    return exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=order), over="OVER")


def in_places(
    query: exp.Select,
    types: Mapping[str, ValueType],
    shown: Sequence[str],
    keys: Sequence[SortKey],
    places: Sequence[Place],
    reader: Reader,
) -> exp.Select:
    """The columns shown of a result, in an order in which the best of a dimension come by their places."""
    step = reader.steps.name("answer")
    reader.steps.add(step, query)
    outer = exp.Select(
        expressions=[trees.named(trees.column(name, step), name, always=True) for name in shown],
        from_=exp.From(this=trees.table((step,))),
    )
    joins: list[exp.Join] = []
    taken = Names([step])
    by_key: dict[str, Sql] = {}
    for place in places:
        table = looked_up(place.table, reader)
        alias = taken.take(table.name)
        pairs = zip(table.keys, place.keys, strict=True)
        on = [trees.binary(exp.EQ, trees.column(k.name, alias), trees.column(own, step)) for k, own in pairs]
        joins.append(exp.Join(this=trees.table((table.name,), alias), side="LEFT", on=trees.all_of(on)))
        values, _ = table.leaves(reader.emit, alias)
        by_key.update(dict.fromkeys(place.keys, values[place.table.body]))
    outer.set("joins", joins)
    order = [_sorted(key, types, by_key, step, reader) for key in keys]
    outer.set("order", exp.Order(expressions=order))
    return outer


def _sorted(
    key: SortKey, types: Mapping[str, ValueType], by_key: dict[str, Sql], step: str, reader: Reader
) -> exp.Ordered:
    if key.name in by_key:
        return sort_key(key, INTEGER, by_key[key.name], reader, again=True)
    return sort_key(key, types[key.name], column_of(key.name, step), reader, again=True)
