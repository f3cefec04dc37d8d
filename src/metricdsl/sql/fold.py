"""Groups of groups as SQL: the members' values as a step, then grouped again by the other keys."""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formula import Members
from metricdsl.model.request import Grouping
from metricdsl.model.types import FLOAT, INTEGER, ValueType
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Fold
from metricdsl.spi.defs import Capability, Support
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.combine import present_of
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.instants import kept as kept_instants
from metricdsl.sql.reading import Reading


def folded(node: Fold, reader: Reading) -> Groups:
    """The groups of members' groups."""
    inner = reader.grouped(node.source)
    keys = [*node.keys, *node.members]
    names = Names(key.name for key in keys)
    columns = [(key.name, sql()) for key, sql in zip(keys, inner.keys, strict=True)]
    values: list[tuple[str, str]] = []
    known = [trees.negated(trees.is_null(inner.keys[len(node.keys) + i]())) for i in range(len(node.members))]
    for measure in node.measures:
        value, kept = names.take("value"), names.take("kept")
        values.append((value, kept))
        columns.append((value, inner.sql(measure.value)))
        conditions = [condition.copy() for condition in known]
        conditions.append(present_of(inner, measure.present, reader))
        if measure.having is not None:
            conditions.append(inner.sql(measure.having))
        columns.append((kept, trees.case([(_all(conditions), trees.number(1))])))
    name = reader.steps.name(node.name)
    made, instants = kept_instants(columns[len(keys) :], reader.emit.timezone)
    reader.steps.add(name, inner.finished([*columns[: len(keys)], *made]))
    measured = [(m.formula, m.value.type, *v) for m, v in zip(node.measures, values, strict=True)]
    members = node.members
    return aggregated_members(name, [key.name for key in node.keys], measured, reader, members, instants)


Measured = tuple[Members, ValueType, str, str]
"""An aggregation of members: the type of their values, the columns of these and of whether they are kept."""


def aggregated_members(
    name: str,
    keys: Sequence[str],
    measured: Sequence[Measured],
    reader: Reading,
    members: Sequence[Grouping],
    instants: frozenset[str],
) -> Groups:
    """The aggregations of members that stand in a step, by some of its columns; `members` are the columns of the keys that make
    them, `instants` those that are to be read off the clock.
    """
    times = [key.name for key in members if key.grain is not None]
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((name,))))
    if any(_ordered(one, reader) or _centred(one, reader) for one, *_ in measured):
        query, name = _placed(query, name, keys, measured, reader, times)
    groups = Groups(reader.emit, query, [_column(key, name) for key in keys], {})
    single = len(measured) == 1
    for one in measured:
        formula, _, _, kept = one
        groups.values[formula] = _value(one, name, reader, members, alone=single, instant=one[2] in instants)
        groups.rows[formula] = _count(kept, name)
    if single:
        query.set("where", exp.Where(this=_is_kept(measured[0][3], name)))
    return groups


def _all(conditions: Sequence[exp.Expression]) -> exp.Expression:
    found = trees.all_of(conditions)
    assert found is not None, "members have keys"
    return found


def _ordered(formula: Members, reader: Reading) -> bool:
    """Whether an aggregation needs the places of its values, since the engine has it not."""
    definition = reader.emit.registry.aggregations.get(formula.function)
    if definition is not None and definition.by_time:
        return True
    emulated = reader.emit.definition.capabilities.get(Capability.ORDERED_AGGREGATES) is Support.EMULATED
    return emulated and definition is not None and definition.ordered


def _centred(formula: Members, reader: Reading) -> bool:
    """Whether an aggregation needs the mean of its values, since the engine has it not."""
    definition = reader.emit.registry.aggregations.get(formula.function)
    emulated = reader.emit.definition.capabilities.get(Capability.MOMENTS) is Support.EMULATED
    return emulated and definition is not None and definition.centred


def with_keys(formula: Members, reader: Reading) -> bool:
    """Whether an aggregation is given the keys of the members beside their values."""
    definition = reader.emit.registry.aggregations.get(formula.function)
    return definition is not None and definition.with_keys


def _placed(
    query: exp.Select,
    name: str,
    keys: Sequence[str],
    measured: Sequence[Measured],
    reader: Reading,
    times: Sequence[str],
) -> tuple[exp.Select, str]:
    """The members with the place of each value among those of its group, and how many there are; or with the group's mean."""
    columns: list[exp.Expression] = [trees.column(key, name) for key in keys]
    for formula, _, value, kept in measured:
        columns += [trees.column(value, name), trees.column(kept, name)]
        counted = trees.case([(_is_kept(kept, name), trees.column(value, name))])
        if _centred(formula, reader):
            by = [trees.column(key, name) for key in keys]
            mean = exp.Window(this=exp.Avg(this=counted.copy()), partition_by=by, over="OVER")
            columns.append(trees.named(mean, f"{value}_mean"))
        if not _ordered(formula, reader):
            continue
        by = [trees.column(key, name) for key in keys]
        order = exp.Order(expressions=[trees.ordered(trees.is_null(counted))])
        if by_time := _by_time(formula, reader):
            order.expressions.extend(
                trees.ordered(trees.column(time, name), descending=by_time == "last") for time in times
            )
        else:
            order.expressions.append(trees.ordered(counted.copy()))
        first = exp.Window(this=exp.RowNumber(), partition_by=by, order=order, over="OVER")
        columns.append(trees.named(exp.Sub(this=first, expression=trees.number(1)), f"{value}_place"))
        by = [trees.column(key, name) for key in keys]
        number = exp.Window(this=trees.count(counted.copy()), partition_by=by, over="OVER")
        columns.append(trees.named(number, f"{value}_number"))
    query.set("expressions", columns)
    placed = "placed"
    return exp.Select(expressions=[], from_=exp.From(this=trees.derived(query, placed))), placed


def _by_time(formula: Members, reader: Reading) -> str:
    """Whether an aggregation takes the "first" or the "last" value by time; "" if neither."""
    definition = reader.emit.registry.aggregations.get(formula.function)
    return "" if definition is None else definition.by_time


def _is_kept(kept: str, name: str) -> exp.Expression:
    return trees.binary(exp.EQ, trees.column(kept, name), trees.number(1))


def _value(
    measured: Measured,
    name: str,
    reader: Reading,
    members: Sequence[Grouping],
    *,
    alone: bool,
    instant: bool,
) -> Sql:
    emit = reader.emit
    formula, type_, value, kept = measured

    def made() -> exp.Expression:
        sql: exp.Expression = trees.column(value, name)
        if not alone or _ordered(formula, reader):
            sql = trees.case([(_is_kept(kept, name), sql)])
        if _by_time(formula, reader):
            first = trees.binary(exp.EQ, trees.column(f"{value}_place", name), trees.number(0))
            one = exp.Max(this=trees.case([(first, sql)]))
            return emit.clock(one) if instant else one
        if instant:
            sql = emit.clock(sql)
        operands = [Operand(sql=sql, type=type_)]
        if _centred(formula, reader):
            operands.append(Operand(sql=trees.column(f"{value}_mean", name), type=FLOAT))
        if with_keys(formula, reader):
            operands += [Operand(sql=trees.column(key.name, name), type=key.type) for key in members]
        operands += [emit.constant(a.value, a.type) for a in formula.arguments]  # type: ignore[union-attr]
        if _ordered(formula, reader):
            operands += [
                Operand(sql=trees.column(f"{value}_{what}", name), type=INTEGER)
                for what in ("place", "number")
            ]
        emit.span = formula.span or emit.span
        return emit.aggregate(formula.function, operands, formula.type)

    return made


def _count(kept: str, name: str) -> Sql:
    return lambda: trees.count(trees.column(kept, name))


def _column(name: str, table: str) -> Sql:
    return lambda: trees.column(name, table)
