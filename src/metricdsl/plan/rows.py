"""The row steps of a branch: the home's scan, the joins that some expression needs, the filter."""

from collections.abc import Iterable, Mapping

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Converted, Event, Expression, RowValue
from metricdsl.model.request import Context as Setting
from metricdsl.plan.conditions import conjuncts
from metricdsl.plan.expressions import columns, row_values, short
from metricdsl.plan.nodes import Conversion, Filter, Join, Lookup, Node, Scan


def rows(
    home: str,
    needed: Iterable[Expression],
    entities: Mapping[str, Entity],
    setting: Setting | None = None,
) -> Node:
    """The rows of an entity, joined with what the needed expressions reach and nothing else."""
    entity = entities[home]
    taken = {short(home).casefold()}
    node: Node = Scan(entity=entity, alias=short(home))
    reached: dict[tuple[str, ...], Entity] = {(): entity}
    looked_up: dict[RowValue | Converted, None] = {}
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
                starts=_events(value.start, entities, setting),
                ends=_events(value.end, entities, setting),
            )
            continue
        node = Lookup(source=node, value=value, table=_table(value, entities, setting))
    return node


def _events(event: Event, entities: Mapping[str, Entity], setting: Setting | None) -> Node:
    """The rows that start or end conversions."""
    conditions = conjuncts(event.where)
    node = rows(event.home, [event.time, *event.by, *event.key, *conditions], entities, setting)
    return Filter(source=node, conditions=conditions) if conditions else node


def _table(value: RowValue, entities: Mapping[str, Entity], setting: Setting | None) -> Node:
    from metricdsl.plan.frames import table_of  # which is made of rows

    assert setting is not None, "a value of other rows is asked for in some setting"
    return table_of(value, entities, setting)


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
