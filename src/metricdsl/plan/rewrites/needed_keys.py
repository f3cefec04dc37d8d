"""Values made of children only for the rows that a question looks at.

Filter customer.segment = "SMB"            →   Filter customer.segment = "SMB"
  Lookup sum(order.amount) per customer          Lookup sum(order.amount) per customer
    Join customer                                  Join customer
      Scan ticket                                    Scan ticket
    Table sum(order.amount) by customer_id         Table sum(order.amount) by customer_id
      Aggregate …                                    Aggregate …
        Scan order                                     SemiJoin some with customer_id = customer_id
                                                         Scan order
                                                         Filter segment = "SMB"
                                                           Scan customer

Worth it only where a condition is likely to leave few keys: one that asks for a value, or for a part of a text. The keys are
those of the row that has the value, by the conditions on it alone; or, where the children are rows of the same entity as those
that look them up, those of the rows that all conditions leave.
"""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.model.formula import Call, ColumnRef, Constant, Expression
from metricdsl.model.made_of import columns, row_values
from metricdsl.model.types import Kind
from metricdsl.plan.nodes import Aggregate, Combine, Filter, Latest, Lookup, Node, Plan, SemiJoin, Table
from metricdsl.plan.rewrites.row_chains import chain, home, replace_lookups, replace_rows
from metricdsl.plan.rows import rows as rows_of
from metricdsl.plan.walk import has
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef
from metricdsl.value import frozen

PARTS_OF_TEXT = {"starts_with", "ends_with", "contains", "matches"}


@frozen(kw_only=True)
class Needed:
    """Rows whose keys are the only ones that are looked up."""

    rows: Node
    keys: tuple[Expression, ...]


def needed_keys(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with tables to look up in that have only the keys looked for."""
    del registry, dialect
    if not has(plan, Lookup):
        return plan

    def change(rows: Node, read: tuple[Expression, ...]) -> Node:
        del read
        return _narrowed(rows, plan)

    return replace_rows(plan, change)


def _narrowed(rows: Node, plan: Plan) -> Node:
    filter_ = next((step for step in chain(rows) if isinstance(step, Filter)), None)
    if filter_ is None or any(isinstance(step, Latest) for step in chain(rows)):
        return rows  # the rows of a stock are chosen before they are filtered
    own = home(rows).entity.name
    made: dict[object, Table] = {}

    def change(lookup: Lookup) -> Node:
        table = lookup.table
        assert isinstance(table, Table), "a value is looked up in a table"
        if not isinstance(table.source, Combine):
            return lookup
        for branch in table.source.branches:
            if not isinstance(branch, Aggregate) or not _plain(branch, len(table.keys)):
                return lookup
        children = {home(branch.source).entity.name for branch in table.source.branches}
        needed = _needed(lookup, filter_, own, plan, same=children == {own})
        if needed is None:
            return lookup
        same_source = (id(table.source), lookup.value.keys)
        known = made.get(same_source)
        if known is None:
            known = made[same_source] = _with(table, table.source, needed)
        return evolve(lookup, table=evolve(table, source=known.source))

    return replace_lookups(rows, change)


def _plain(branch: Aggregate, keys: int) -> bool:
    """Whether rows of a branch may be left out by their keys."""
    return branch.context.reads_each_row_by_itself and branch.present is None and len(branch.keys) == keys


def _with(table: Table, combine: Combine, needed: Needed) -> Table:
    branches = []
    for branch in combine.branches:
        assert isinstance(branch, Aggregate), "only these are narrowed"
        source = SemiJoin(
            source=branch.source,
            keys=tuple([key.row for key in branch.keys]),
            found=needed.rows,
            found_keys=needed.keys,
        )
        branches.append(evolve(branch, source=source))
    return evolve(table, source=evolve(combine, branches=tuple(branches)))


def _needed(lookup: Lookup, filter_: Filter, own: str, plan: Plan, *, same: bool) -> Needed | None:
    conditions = [one for one in filter_.conditions if not any(True for _ in row_values(one))]
    path = _path(lookup)
    on_parent = [one for one in conditions if path is not None and _below(one, path)]
    if same and any(_few(one) for one in conditions if one not in on_parent):
        return _of_rows(own, (), lookup.value.keys, conditions, filter_, plan)
    if path is None or not any(_few(one) for one in on_parent):
        return None
    key = lookup.value.keys[0]
    assert isinstance(key, ColumnRef), "the path is that of a column"
    return _of_rows(key.entity, path, lookup.value.keys, on_parent, filter_, plan)


def _path(lookup: Lookup) -> tuple[str, ...] | None:
    """Where the row is that has the value, if its keys are those of one row."""
    paths = {key.path if isinstance(key, ColumnRef) else None for key in lookup.value.keys}
    return paths.pop() if len(paths) == 1 else None


def _of_rows(
    entity: str,
    path: tuple[str, ...],
    keys: Sequence[Expression],
    conditions: Sequence[Expression],
    filter_: Filter,
    plan: Plan,
) -> Needed:
    """The rows of an entity that meet conditions, both as they are said from the end of a path."""
    found_keys = tuple([_from(key, path) for key in keys])
    found = tuple([_from(one, path) for one in conditions])
    time = filter_.time if filter_.period is not None else None
    if time is not None and (any(True for _ in row_values(time)) or not _below(time, path)):
        time = None
    needed = (*found_keys, *found)
    if time is not None:
        time = _from(time, path)
        needed = (*needed, time)
    made = Filter(
        source=rows_of(entity, needed, plan.entities),
        conditions=found,
        time=time,
        period=None if time is None else filter_.period,
    )
    return Needed(rows=made, keys=found_keys)


def _below(expression: Expression, path: tuple[str, ...]) -> bool:
    """Whether a row formula reads nothing but what the row at the end of a path has or leads to, and reads something."""
    read = list(columns(expression))
    return bool(read) and all(column.path[: len(path)] == path for column in read)


def _from(expression: Expression, path: tuple[str, ...]) -> Expression:
    """The same row formula as the row at the end of a path says it."""
    match expression:
        case ColumnRef():
            return evolve(expression, path=expression.path[len(path) :])
        case Call(arguments=arguments):
            return evolve(expression, arguments=tuple([_from(one, path) for one in arguments]))
        case _:
            return expression


def _few(condition: Expression) -> bool:
    """Whether a condition is likely to leave few rows: it asks for a value that is not a truth, or for a part of a text."""
    match condition:
        case Call(function="or" | "and", arguments=arguments):
            some = [_few(one) for one in arguments]
            return all(some) if condition.function == "or" else any(some)
        case Call(function="equal", arguments=arguments):
            constants = [one for one in arguments if isinstance(one, Constant)]
            return len(constants) == 1 and all(one.type.kind is not Kind.BOOLEAN for one in arguments)
        case Call(function="in", arguments=(operand, *items)):
            return operand.type.kind is not Kind.BOOLEAN and all(isinstance(one, Constant) for one in items)
        case Call(function=function):
            return function in PARTS_OF_TEXT
        case _:
            return False
