"""The row steps of a branch: the home's scan, the joins that some expression needs, the filter."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from metricdsl.model.entity import Entity
from metricdsl.model.formula import (
    ColumnRef,
    Converted,
    Event,
    Expression,
    LookedAt,
    Rate,
    RateTable,
    RowValue,
)
from metricdsl.model.made_of import Found, columns, row_values, short
from metricdsl.model.parts import conjuncts
from metricdsl.model.types import UNKNOWN
from metricdsl.plan.nodes import Conversion, Exchange, Filter, Join, Lookup, Node, Scan
from metricdsl.plan.own_times import at_time

Tables: TypeAlias = Callable[[RowValue], Node]
"""The groups of other rows that a value of a row is looked up in."""


def rows(
    home: str,
    needed: Iterable[Expression],
    entities: Mapping[str, Entity],
    tables: Tables | None = None,
    taken: set[str] | None = None,
) -> Node:
    """The rows of an entity, joined with what the needed expressions reach and nothing else, under names not `taken`.

    `tables` makes what a value of other rows is looked up in; it is handed in, since such a table is made of rows again.
    """
    entity = entities[home]
    taken = set() if taken is None else taken
    taken.add(short(home).casefold())
    node: Node = Scan(entity=entity, alias=short(home))
    reached: dict[tuple[str, ...], Entity] = {(): entity}
    looked_up: dict[Found, None] = {}
    for expression in needed:
        looked_up.update(dict.fromkeys(row_values(expression)))
        for column in columns(expression):
            for length in range(1, len(column.path) + 1):
                path = column.path[:length]
                if path in reached:
                    continue
                join = reached[path[:-1]].joins[path[-1]]
                target = entities[join.target]
                reached[path] = target
                scan = Scan(entity=target, alias=_alias(path, taken))
                node = Join(source=node, path=path, join=join, scan=scan, child=reached[path[:-1]])
    for value in looked_up:
        if isinstance(value, Converted):
            node = Conversion(
                source=node,
                value=value,
                starts=_events(value.start, entities, tables),
                ends=_events(value.end, entities, tables),
            )
        elif isinstance(value, RowValue):
            table = _none(value) if tables is None else tables(value)
            node = Lookup(source=node, value=value, table=table)
        elif not isinstance(value.at, LookedAt):
            node = exchange(node, value, entities)
    return node


def looked_at(node: Node, needed: Iterable[Expression], entities: Mapping[str, Entity]) -> Node:
    """The rows of windows with the rates of the days that these look at."""
    found = dict.fromkeys(value for expression in needed for value in row_values(expression))
    for value in found:
        if isinstance(value, Rate) and isinstance(value.at, LookedAt):
            node = exchange(node, value, entities)
    return node


def exchange(node: Node, value: Rate, entities: Mapping[str, Entity]) -> Exchange:
    """The rows with an exchange rate."""
    return Exchange(source=node, value=value, rates=rows(value.table.entity, read_of(value.table), entities))


def read_of(table: RateTable) -> list[ColumnRef]:
    """What is read of the rows of rates."""
    names = (table.day, table.currency, table.rate, table.into)
    return [column_of(table, name) for name in names if name is not None]


def column_of(table: RateTable, name: str) -> ColumnRef:
    """A column of the rows of rates; its type stands in their entity."""
    return ColumnRef(type=UNKNOWN, path=(), entity=table.entity, column=name)


def _events(event: Event, entities: Mapping[str, Entity], tables: Tables | None) -> Node:
    """The rows that start or end conversions."""
    conditions = tuple([at_time(one, event.time) for one in conjuncts(event.where)])
    node = rows(event.home, [event.time, *event.by, *event.key, *conditions], entities, tables)
    return Filter(source=node, conditions=conditions) if conditions else node


def _none(value: RowValue) -> Node:
    raise AssertionError(f"no row of an entity by itself is made of other rows: {value}")


def _alias(path: tuple[str, ...], taken: set[str]) -> str:
    """The shortest end of the path that is not taken: `customer`, else `order_customer`."""
    for length in range(1, len(path) + 1):
        name = "_".join(path[-length:])
        if name.casefold() not in taken:
            break
    else:
        number = 2
        while f"{name}_{number}".casefold() in taken:
            number += 1
        name = f"{name}_{number}"
    taken.add(name.casefold())
    return name
