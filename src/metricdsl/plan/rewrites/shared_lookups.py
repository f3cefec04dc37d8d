"""Values made of the same children by the same keys: the children are read once for all of them.

Lookup sum(ticket.wait) per order          →   Lookup sum(ticket.wait) per order
  Lookup count(ticket) per order                 Lookup count(ticket) per order
    Scan order                                     Scan order
    Table count(ticket) by order_id                Table count(ticket) by order_id
      Scan ticket                                    (both tables of one source, with both measures)
  Table sum(ticket.wait) by order_id             …
    Scan ticket
"""

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression, RowValue
from metricdsl.model.parts import every
from metricdsl.plan.frames import tables_together
from metricdsl.plan.nodes import Aggregate, Centre, Combine, Lookup, Node, Plan, Rank, Table
from metricdsl.plan.rewrites.row_chains import chain, replace_lookups, replace_rows
from metricdsl.plan.walk import has
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef


def shared_lookups(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with one source for all tables that rows look up in by the same keys, made of the same children."""
    del registry, dialect
    if not has(plan, Lookup):
        return plan

    def change(rows: Node, read: tuple[Expression, ...]) -> Node:
        del read
        return _shared(rows, plan)

    return replace_rows(plan, change)


def _shared(rows: Node, plan: Plan) -> Node:
    groups: dict[object, list[RowValue]] = {}
    for step in chain(rows):
        if isinstance(step, Lookup) and _plain(step.table):
            groups.setdefault((step.value.keys, _homes(step.value)), []).append(step.value)
    tables: dict[RowValue, Table] = {}
    for values in groups.values():
        made = tables_together(values, plan.entities, plan.setting) if len(values) > 1 else ()
        if made and _plain(made[0]):
            tables.update(zip(values, made, strict=True))
    if not tables:
        return rows
    return replace_lookups(rows, lambda one: evolve(one, table=tables.get(one.value, one.table)))


def _plain(table: Node) -> bool:
    """Whether a table is one scan of children, grouped as they are: rows that are ranked or centred are so for one value only."""
    match table:
        case Table(source=Combine(branches=(Aggregate(source=source),))):
            return not isinstance(source, Rank | Centre)
        case _:
            return False


def _homes(value: RowValue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.home for part in every(value.body) if isinstance(part, AggregateFormula)))
