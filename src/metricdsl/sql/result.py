"""The last steps as SQL: the result's columns, `having`, the order, the limit."""

from sqlglot import exp

from metricdsl.model.formula import Call, Constant, Expression
from metricdsl.model.opening_hours import hours_of
from metricdsl.model.parts import every
from metricdsl.model.request import Grouping, SortKey
from metricdsl.model.types import ValueType
from metricdsl.plan.nodes import (
    Compute,
    Distinct,
    Having,
    Limit,
    Node,
    Place,
    Plan,
    Sort,
)
from metricdsl.sql import trees
from metricdsl.sql.attach import of_step
from metricdsl.sql.grouped import grouped
from metricdsl.sql.groups import Groups, Sql, key_of
from metricdsl.sql.names import fitted
from metricdsl.sql.order import sort_key
from metricdsl.sql.places import in_places
from metricdsl.sql.reader import Reader
from metricdsl.sql.stepped import as_step
from metricdsl.sql.withheld import withheld


def result(plan: Plan, reader: Reader) -> exp.Query:
    """The query of a plan, its steps in front."""
    node: Node = plan.root
    limit: int | None = None
    keys: tuple[SortKey, ...] | None = None
    places: tuple[Place, ...] = ()
    unseen: tuple[str, ...] = ()
    having = None
    having_minimum = None
    if isinstance(node, Limit):
        limit, node = node.count, node.source
    if isinstance(node, Sort):
        keys, unseen, places, node = node.keys, node.unseen, node.places, node.source
    if isinstance(node, Having):
        having, having_minimum, node = node.condition, node.minimum, node.source
    match node:
        case Compute(source=source, columns=columns, minimums=minimums):
            groups = _groups(source, reader)
            formulas = [formula for _, formula in columns] + ([] if having is None else [having])
            if groups.grouped and any(map(_looks_up, formulas)):
                groups = of_step(as_step(source, reader, "found"), reader)
            made = [(g.name, g.type, sql) for g, sql in zip(plan.groupings, groups.keys, strict=True)]
            made += [(name, formula.type, _formula(groups, formula)) for name, formula in columns]
            flags: list[str] = []
            if minimums or having_minimum is not None:
                groups, made, flags = withheld(
                    groups, made, plan.groupings, minimums, having, having_minimum, reader
                )
            elif having is not None:
                groups.conditions.append(groups.sql(having))
            flags = [flag for flag, (name, _) in zip(flags, minimums, strict=True) if name not in unseen]
            order = (None, ()) if places else (keys, unseen)
            query = _ordered(groups, made, plan.groupings, *order, reader)
            for flag in flags:
                query.append("expressions", trees.column(flag))
            if places:
                types = {name: type_ for name, type_, _ in made}
                shown = [*(name for name in types if name not in unseen), *flags]
                wanted = _all_keys(keys or (), plan.groupings)
                query = in_places(query, types, shown, wanted, places, reader)
        case Distinct():
            query = _values(node, plan, keys, reader)
        case _:
            raise AssertionError(f"not the end of a plan: {type(node).__name__}")
    if limit is not None:
        query.set("limit", exp.Limit(expression=trees.number(limit)))
    return reader.finished(query)


def _looks_up(formula: Expression) -> bool:
    """Whether a value is made with days of a table: what is grouped by, said within a query of its own, is not known again."""
    return any(
        isinstance(part, Call) and part.function == "business_time" and _of_table(part)
        for part in every(formula)
    )


def _of_table(call: Call) -> bool:
    hours = call.arguments[-1]
    return isinstance(hours, Constant) and isinstance(hours.value, str) and bool(hours_of(hours.value).table)


def _formula(groups: Groups, formula: Expression) -> Sql:
    return lambda: groups.sql(formula)


def _groups(node: Node, reader: Reader) -> Groups:
    groups = grouped(node, reader)
    if groups.grouped and any(key().find(exp.Select) is not None for key in groups.keys):
        # What is looked up to group by is told by its column: DuckDB does not know it again inside another query.
        groups = of_step(as_step(node, reader, "found"), reader)
    if groups.present is not None:
        groups.conditions.append(trees.binary(exp.GT, groups.present(), trees.number(0)))
    return groups


def _ordered(
    groups: Groups,
    columns: list[tuple[str, ValueType, Sql]],
    groupings: tuple[Grouping, ...],
    keys: tuple[SortKey, ...] | None,
    unseen: tuple[str, ...],
    reader: Reader,
) -> exp.Select:
    limit = reader.emit.definition.identifier_bytes
    query = groups.finished([(fitted(name, limit), sql()) for name, _, sql in columns if name not in unseen])
    if keys is not None:
        by_name = {name: (type_, sql) for name, type_, sql in columns}
        wanted = _all_keys(keys, groupings)
        order = [sort_key(key, *by_name[key.name], reader, again=key.name in unseen) for key in wanted]
        query.set("order", exp.Order(expressions=order))
    return query


def _all_keys(keys: tuple[SortKey, ...], groupings: tuple[Grouping, ...]) -> list[SortKey]:
    """The keys of the order asked for, then all groupings upwards."""
    return [*keys, *(SortKey(name=g.name) for g in groupings if g.name not in {k.name for k in keys})]


def _values(node: Distinct, plan: Plan, keys: tuple[SortKey, ...] | None, reader: Reader) -> exp.Select:
    """SELECT DISTINCT, or the same by GROUP BY where the order has to be told by an expression."""
    made = reader.rows(node.source, [key.row for key in node.keys])
    groups = Groups(reader.emit, made.select(), [key_of(made, key) for key in node.keys], {})
    columns = [(key.name, key.type, sql) for key, sql in zip(node.keys, groups.keys, strict=True)]
    query = _ordered(groups, columns, plan.groupings, keys, (), reader)
    if all(
        isinstance(term.this, exp.Column) and not term.this.table for term in query.args["order"].expressions
    ):
        query.set("group", None)
        query.set("distinct", exp.Distinct())
    return query
