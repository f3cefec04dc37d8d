"""Members without rows: for each combination of the outer keys found, all that there are."""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.request import Grouping
from metricdsl.model.window import CellWindow, Window
from metricdsl.plan.nodes import Distinct, Every
from metricdsl.sql import trees
from metricdsl.sql.combine import stacked
from metricdsl.sql.groups import Groups
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import PRESENT, Step, as_step
from metricdsl.sql.windows import begins, window_step


def all_members(node: Every, reader: Reading) -> Groups:
    """The groups with those of all members."""
    found = as_step(node.source, reader, "with_rows")
    added = _of_time(node, found, reader) if node.rows is None else _of_entity(node, found, reader)
    return stacked([found], reader, [added], fill=True)


def _of_entity(node: Every, found: Step, reader: Reading) -> exp.Select:
    """The rows of the members' entity, for each combination of the outer keys in which some member has a row."""
    assert isinstance(node.rows, Distinct), "all members are rows of an entity"
    outer = node.keys[: node.outer]
    members = node.keys[node.outer :]
    rows = reader.rows(node.rows.source, [key.row for key in node.rows.keys])
    query = rows.select()
    query.set("expressions", [trees.named(rows.key(key), key.name) for key in node.rows.keys])
    query.set("distinct", exp.Distinct())
    domain = reader.steps.name("all_members")
    reader.steps.add(domain, query)
    contexts = exp.Select(
        expressions=[trees.column(key.name, found.name) for key in outer]
        or [trees.named(trees.number(1), "one")],
        from_=exp.From(this=trees.table((found.name,))),
        distinct=exp.Distinct(),
    )
    contexts.set("where", _with_rows(found, members))
    around = "contexts"
    names = [key.name for key in node.rows.keys]
    columns: list[exp.Expression] = [trees.column(key.name, around) for key in outer]
    columns += [
        trees.named(trees.column(name, domain), key.name) for name, key in zip(names, members, strict=False)
    ]
    columns += [trees.named(reader.emit.null(part.type), part.name) for part in found.parts]
    if found.marked:
        columns.append(trees.named(trees.number(1), PRESENT))
    made = exp.Select(expressions=columns, from_=exp.From(this=trees.derived(contexts, around)))
    reached = [
        trees.same(trees.column(name, domain), trees.column(outer[place].name, around))
        for name, (place, _) in zip(names[len(members) :], node.domain or (), strict=False)
    ]
    join = exp.Join(this=trees.table((domain,)))
    if reached:
        join.set("on", trees.all_of(reached))
    else:
        join.set("kind", "CROSS")
    made.set("joins", [join])
    return made


def _of_time(node: Every, found: Step, reader: Reading) -> exp.Select:
    """The cells of the window around, up to today, for each combination of the outer keys in which some member has a row;
    where that window has no beginning, from the first member that has one.
    """
    assert node.window is not None, "members are rows of an entity, or cells of time"
    outer, members = node.keys[: node.outer], node.keys[node.outer :]
    step = window_step(node.window, node.keys, reader)
    around = "contexts"
    first = "first_member"
    contexts = exp.Select(
        expressions=[
            *(trees.column(key.name, found.name) for key in outer),
            trees.named(exp.Min(this=trees.column(members[0].name, found.name)), first),
        ],
        from_=exp.From(this=trees.table((found.name,))),
    )
    contexts.set("where", _with_rows(found, members))
    if outer:
        contexts.set("group", exp.Group(expressions=[trees.column(key.name, found.name) for key in outer]))
    columns: list[exp.Expression] = [trees.column(key.name, around) for key in outer]
    columns += [trees.column(key.name, step.name) for key in members]
    columns += [trees.named(reader.emit.null(part.type), part.name) for part in found.parts]
    if found.marked:
        columns.append(trees.named(trees.number(1), PRESENT))
    member = members[0]
    today = reader.emit.constant(reader.today, member.type).sql
    on = [trees.binary(exp.LTE, trees.column(member.name, step.name), today)]
    on += [
        trees.binary(exp.EQ, trees.column(name, step.name), trees.column(name, around))
        for index, name in step.keys.items()
        if index < node.outer
    ]
    if not _bounded(node.window):
        on.append(trees.binary(exp.GTE, trees.column(member.name, step.name), trees.column(first, around)))
    made = exp.Select(expressions=columns, from_=exp.From(this=trees.derived(contexts, around)))
    made.set("joins", [exp.Join(this=trees.table((step.name,)), on=trees.all_of(on))])
    return made


def _bounded(window: Window) -> bool:
    """Whether the window around the members has a beginning."""
    assert isinstance(window, CellWindow), "members are cells"
    return begins(window.within)


def _with_rows(found: Step, members: Sequence[Grouping]) -> exp.Where:
    """The groups that some member has a row in."""
    conditions = [trees.negated(trees.is_null(trees.column(key.name, found.name))) for key in members]
    if found.marked:
        conditions.append(trees.binary(exp.EQ, trees.column(PRESENT, found.name), trees.number(1)))
    return exp.Where(this=trees.all_of(conditions))
