"""Branches side by side: each a step; their rows under each other, typed nulls in what is not theirs, grouped again.

    WITH won AS (…), tickets AS (…)
    SELECT month, MAX(won), COALESCE(MAX(tickets), 0)
    FROM (SELECT month, won, NULL AS tickets FROM won UNION ALL SELECT month, NULL, tickets FROM tickets) AS branches
    GROUP BY month

So keys compare null-safe on every engine, and no engine needs a FULL JOIN. A branch that is alone is read as it is.
"""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from metricdsl.model.made_of import Leaf
from metricdsl.model.request import Grouping
from metricdsl.model.types import INTEGER, Kind
from metricdsl.plan.measures import Presence, Present
from metricdsl.plan.nodes import Combine
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.begun import begun
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import PRESENT, Part, Step, column_of, step, zero_of_nothing


def combined(node: Combine, reader: Reading) -> Groups:
    """The groups of all branches."""
    steps = [step(branch, reader, node.keys) for branch in node.branches]
    if not node.keys:
        return side_by_side(steps, reader.emit)
    if not steps:
        return _nothing(node.keys, reader.emit)
    groups = alone(steps[0], reader.emit) if len(steps) == 1 else stacked(steps, reader)
    if node.presence is not None:
        groups.present = present(groups, node.presence, reader)
    return groups


def present(groups: Groups, presence: Presence, reader: Reading) -> Sql:
    """1 in groups that are there, else null."""

    def value() -> exp.Expression:
        found = trees.any_of([present_of(groups, one, reader) for one in presence.alternatives])
        return trees.case([(found or exp.Boolean(this=False), trees.number(1))])

    return value


def present_of(groups: Groups, one: Present, reader: Reading) -> exp.Expression:
    """Whether a formula has a row in a group."""

    def some(leaves: Iterable[Leaf]) -> exp.Expression:
        tests = [trees.binary(exp.GT, groups.count(leaf), trees.number(0)) for leaf in leaves]
        return trees.any_of(tests) or exp.Boolean(this=False)

    there = some(one.leaves)
    if one.own is None:
        return there
    now = [
        trees.binary(
            exp.Or, trees.is_null(groups.value(start)), begun(groups.value(start), start.type, reader)
        )
        for start in one.starts
    ]
    by_now = trees.all_of(now)
    own = some(one.own)
    return trees.binary(exp.And, there, own if by_now is None else trees.binary(exp.Or, by_now, own))


def side_by_side(steps: Sequence[Step], emit: Emitter) -> Groups:
    """Steps of one row each, in one row."""
    query = exp.Select(expressions=[])
    if steps:
        query.set("from_", exp.From(this=trees.table((steps[0].name,))))
    if steps[1:]:
        query.set("joins", [exp.Join(this=trees.table((s.name,)), kind="CROSS") for s in steps[1:]])
    groups = Groups(emit, query, [], {}, grouped=False)
    for one in steps:
        for part in one.parts:
            target = groups.rows if part.counts else groups.values
            target[part.formula] = one.column(part, emit)
    return groups


def alone(one: Step, emit: Emitter) -> Groups:
    """The groups of a single step, which has each of them once: nothing is grouped again."""
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((one.name,))))
    groups = Groups(emit, query, [column_of(key.name, one.name) for key in one.keys], {}, grouped=False)
    for part in one.parts:
        target = groups.rows if part.counts else groups.values
        target[part.formula] = one.column(part, emit)
    if one.marked:
        groups.present = column_of(PRESENT, one.name)
    elif not one.brings:
        groups.present = lambda: emit.null(INTEGER)
    return groups


def _nothing(keys: tuple[Grouping, ...], emit: Emitter) -> Groups:
    """No group at all: nothing brings one."""
    query = exp.Select(expressions=[])
    groups = Groups(emit, query, [_null(key, emit) for key in keys], {}, grouped=False)
    groups.conditions.append(exp.Boolean(this=False))
    return groups


def _null(key: Grouping, emit: Emitter) -> Sql:
    return lambda: emit.null(key.type)


def stacked(
    steps: Sequence[Step], reader: Reading, more: Iterable[exp.Select] = (), *, fill: bool = False
) -> Groups:
    """The rows of all steps under each other, grouped again. `more` are queries with the same columns, marked as present."""
    marked = any(one.marked or not one.brings for one in steps)
    parts = [part for one in steps for part in one.parts]
    instants = frozenset().union(*(one.instants for one in steps))
    selects = [_aligned(one, parts, reader.emit, marked=marked, first=one is steps[0]) for one in steps]
    selects += more
    union: exp.Query = selects[0]
    for select in selects[1:]:
        union = exp.Union(this=union, expression=select, distinct=False)
    alias = reader.steps.name("groups" if fill else "branches")
    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(union, alias)))
    keys = [column_of(key.name, alias) for key in steps[0].keys]
    groups = Groups(reader.emit, query, keys, {})
    for part in parts:
        target = groups.rows if part.counts else groups.values
        target[part.formula] = _again(part, alias, reader.emit, instant=part.name in instants)
    if marked:
        groups.present = lambda: _greatest(trees.column(PRESENT, alias))
    return groups


def _again(part: Part, alias: str, emit: Emitter, *, instant: bool) -> Sql:
    """The one value of the group, or what the aggregate gives of no rows."""
    zero = part.counts or zero_of_nothing(part.formula, emit)

    def value() -> exp.Expression:
        one = _greatest(trees.column(part.name, alias))
        if part.type.kind is Kind.BOOLEAN:
            column = Operand(sql=trees.column(part.name, alias), type=part.type)
            one = emit.operator("any.truth", column, result=part.type) or one
        if instant:
            one = emit.clock(one)
        return exp.Coalesce(this=one, expressions=[trees.number(0)]) if zero else one

    return value


def _greatest(sql: exp.Expression) -> exp.Expression:
    return exp.Max(this=sql)


def _aligned(one: Step, parts: Sequence[Part], emit: Emitter, *, marked: bool, first: bool) -> exp.Select:
    """A step with the columns of all steps. The first says the types of those that it does not have."""
    columns: list[exp.Expression] = [trees.column(key.name, one.name) for key in one.keys]
    own = {part.name for part in one.parts}
    for part in parts:
        if part.name in own:
            columns.append(trees.column(part.name, one.name))
        else:
            columns.append(trees.named(emit.null(part.type) if first else exp.Null(), part.name))
    if marked:
        columns.append(_mark(one))
    return exp.Select(expressions=columns, from_=exp.From(this=trees.table((one.name,))))


def _mark(one: Step) -> exp.Expression:
    if one.marked:
        return trees.column(PRESENT, one.name)
    return trees.named(trees.number(1) if one.brings else exp.Null(), PRESENT)
