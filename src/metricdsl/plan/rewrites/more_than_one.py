"""Whether there is one value or more than one is asked of the least and the greatest, not of a list of them all.

Filter (count(distinct ticket.agent) per order) > 1      →   Filter (min(ticket.agent) per order) < (max(ticket.agent) per order)
Filter (count(distinct ticket.agent) per order) = 1      →   Filter (min(ticket.agent) per order) = (max(ticket.agent) per order)

Only for values that all engines order and compare exactly: whole numbers, decimals, dates, texts.
"""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Call, Expression, Named, RowValue
from metricdsl.model.types import Kind
from metricdsl.plan.frames import tables_together
from metricdsl.plan.nodes import Filter, Lookup, Node, Plan
from metricdsl.plan.rewrites.compared import compared
from metricdsl.plan.rewrites.row_chains import chain, replace_lookups, replace_rows, unread
from metricdsl.plan.walk import has
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

ORDERED = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TEXT})
ASKED = {("greater", 1): "less", ("at_least", 2): "less", ("equal", 1): "equal"}


def more_than_one(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with extremes compared where different values were counted to see whether there are several."""
    del registry, dialect
    if not has(plan, Lookup):
        return plan

    def change(rows: Node, read: tuple[Expression, ...]) -> Node:
        return _compared(rows, read, plan) if isinstance(rows, Filter) else rows

    return replace_rows(plan, change)


def _compared(rows: Filter, read: tuple[Expression, ...], plan: Plan) -> Node:
    extremes: dict[RowValue, tuple[RowValue, RowValue]] = {}
    conditions: list[Expression] = []
    for condition in rows.conditions:
        found = _counted(condition)
        if found is None:
            conditions.append(condition)
            continue
        value, counted, function = found
        pair = extremes.setdefault(value, (_extreme(value, counted, "min"), _extreme(value, counted, "max")))
        conditions.append(Call(type=condition.type, span=condition.span, function=function, arguments=pair))
    if not extremes:
        return rows
    made = evolve(rows, conditions=tuple(conditions))

    def replaced(lookup: Lookup) -> Node:
        pair = extremes.get(lookup.value)
        if pair is None:
            return lookup
        kept = lookup.source if unread(made, lookup.value, read) else lookup
        return _with(kept, pair, plan)

    return replace_lookups(made, replaced)


def _with(source: Node, pair: Sequence[RowValue], plan: Plan) -> Node:
    known = {step.value for step in chain(source) if isinstance(step, Lookup)}
    for value, table in zip(pair, tables_together(pair, plan.entities, plan.setting), strict=True):
        if value not in known:
            source = Lookup(source=source, value=value, table=table)
    return source


def _counted(condition: Expression) -> tuple[RowValue, AggregateFormula, str] | None:
    """The count that a condition compares with 1, and how the extremes are to be compared for it."""
    found = compared(condition)
    if found is None:
        return None
    body = found.value.body
    body = body.body if isinstance(body, Named) else body
    asked = ASKED.get((found.function, found.number))
    if asked is None or not isinstance(body, AggregateFormula) or body.function != "count_distinct":
        return None
    alone = len(body.arguments) == 1 and body.arguments[0].type.kind in ORDERED
    return (found.value, body, asked) if alone else None


def _extreme(value: RowValue, counted: AggregateFormula, function: str) -> RowValue:
    type_ = evolve(counted.arguments[0].type, nullable=True)
    body = evolve(counted, function=function, type=type_, metrics=())
    return evolve(value, body=body, type=type_)
