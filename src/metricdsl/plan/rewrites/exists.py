"""Whether there are children is asked of them as such, not counted.

Filter (count(ticket) per order) > 0       →   SemiJoin some with order_id = order_id
  Lookup (count(ticket) per order)               Scan order
    Scan order                                   Scan ticket
    Table count(ticket) by order_id
      Aggregate count(ticket) by order_id
        Scan ticket

A count is compared with 0 or 1, alone or in a part of an `and`; where it is used nowhere else it is not made at all. That there
are none is asked so only of engines that make a join of it.
"""

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Call, Expression, Named, RowValue
from metricdsl.plan.nodes import Aggregate, Combine, Filter, Lookup, Node, Plan, SemiJoin, Table
from metricdsl.plan.rewrites.compared import compared
from metricdsl.plan.rewrites.row_chains import chain, replace_rows, unread, without_lookup
from metricdsl.plan.walk import has
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support

SOME = {("greater", 0), ("at_least", 1), ("not_equal", 0)}
NONE = {("equal", 0), ("less", 1), ("at_most", 0)}


def exists(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with semi-joins where children were counted to see whether there are any."""
    del registry
    if not has(plan, Lookup):
        return plan
    anti = dialect.capabilities.get(Capability.ANTI_JOINS) is Support.NATIVE

    def change(rows: Node, read: tuple[Expression, ...]) -> Node:
        return _asked(rows, read, anti=anti)

    return replace_rows(plan, change)


def _asked(rows: Node, read: tuple[Expression, ...], *, anti: bool) -> Node:
    if not isinstance(rows, Filter):
        return rows
    kept: list[Expression] = []
    found: dict[tuple[RowValue, bool], Aggregate] = {}
    for condition in rows.conditions:
        asked = _counted(condition)
        lookup = None if asked is None else _lookup(rows, asked[0])
        children = None if lookup is None else _children(lookup)
        if asked is None or lookup is None or children is None or (asked[1] and not anti):
            kept.append(condition)
        else:
            found[lookup.value, asked[1]] = children
    if not found:
        return rows
    made: Node = evolve(rows, conditions=tuple(kept))
    for value, _ in found:
        if unread(made, value, read):
            made = without_lookup(made, value)
    assert isinstance(made, Filter), "lookups lie below"
    if made == Filter(source=made.source):
        made = made.source
    for (value, none), children in found.items():
        made = SemiJoin(
            source=made,
            keys=value.keys,
            found=children.source,
            found_keys=tuple([key.row for key in children.keys]),
            anti=none,
        )
    return made


def _counted(condition: Expression) -> tuple[RowValue, bool] | None:
    """The count that a condition asks whether it is 0, and whether it must be."""
    if isinstance(condition, Call) and condition.function == "not":
        found = _counted(condition.arguments[0])
        return None if found is None else (found[0], not found[1])
    asked = compared(condition)
    if asked is None:
        return None
    said = (asked.function, asked.number)
    return (asked.value, said in NONE) if said in SOME | NONE else None


def _lookup(rows: Node, value: RowValue) -> Lookup | None:
    return next((step for step in chain(rows) if isinstance(step, Lookup) and step.value == value), None)


def _children(lookup: Lookup) -> Aggregate | None:
    """The children that a lookup counts, where it does nothing else."""
    match lookup.table:
        case Table(source=Combine(branches=(Aggregate() as children,)), body=body):
            counted = body.body if isinstance(body, Named) else body
            context = children.context
            plain = context.window is None and context.stock is None and context.spread is None
            plain = (
                plain and context.open is None and not any(key.grain or key.window for key in children.keys)
            )
            (measure, *others) = children.measures
            if plain and not others and measure.condition is None and _of_rows(counted, measure.formula):
                return children
            return None
        case _:
            return None


def _of_rows(body: Expression, formula: AggregateFormula | None) -> bool:
    return isinstance(body, AggregateFormula) and body.function == "count_rows" and body == formula
