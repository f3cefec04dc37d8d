"""All members, with or without rows, looked at for each group found: counted, or their values aggregated."""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formula import Members
from metricdsl.model.window import CellWindow
from metricdsl.plan.nodes import Distinct, Pick
from metricdsl.sql import trees
from metricdsl.sql.combine import PRESENT, Part, Step, column_of
from metricdsl.sql.fold import aggregated_members
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.reader import Reader
from metricdsl.sql.windows import begins, window_step

FIRST = "first_member"


def picked(pick: Pick, found: Step, groups: Groups, reader: Reader) -> exp.Join:
    """The join of what all members give, for each group found."""
    from metricdsl.sql.grouped import as_step

    inner = as_step(pick.source, reader, "looked_at")
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((found.name,))))
    if pick.rows is None:
        joins, members = _cells(pick, found, inner, reader)
    else:
        joins, members = _rows(pick, found, reader)
    on = _around(pick, inner.name, found)
    on += [
        trees.binary(exp.EQ, trees.column(key.name, inner.name), sql())
        for key, sql in zip(pick.members, members, strict=True)
    ]
    query.set("joins", [*joins, exp.Join(this=trees.table((inner.name,)), side="LEFT", on=trees.all_of(on))])
    values, counts = inner.leaves(reader.emit, inner.name)
    frame = [column_of(key.name, found.name) for key in pick.frame]
    asked = Groups(
        reader.emit, query, [*(frame[index] for index in pick.around), *members], values, counts, grouped=False
    )
    name = _aggregated(pick, frame, members, asked, reader)
    made = Step(name=name, keys=pick.frame, parts=(Part(name=pick.name, formula=pick.formula),))
    own, _ = made.leaves(reader.emit, name)
    groups.values.update(own)
    if not pick.frame:
        return exp.Join(this=trees.table((name,)), kind="CROSS")
    same = [trees.same(trees.column(key.name, name), trees.column(key.name, found.name)) for key in pick.frame]
    return exp.Join(this=trees.table((name,)), side="LEFT", on=trees.all_of(same))


def _around(pick: Pick, name: str, found: Step) -> list[exp.Expression]:
    """That the keys around the members in a step are those of the group."""
    return [
        trees.same(trees.column(key.name, name), trees.column(pick.frame[index].name, found.name))
        for key, index in zip(pick.keys, pick.around, strict=True)
    ]


def _aggregated(pick: Pick, frame: Sequence[Sql], members: Sequence[Sql], asked: Groups, reader: Reader) -> str:
    """A step with the result for each group: the number of members that meet the condition, or what is made of their values."""
    keys = [(key.name, sql()) for key, sql in zip(pick.frame, frame, strict=True)]
    name = reader.steps.name(pick.name)
    kept = [] if pick.having is None else [asked.sql(pick.having)]
    formula = pick.formula
    if not isinstance(formula, Members) or pick.value is None:
        condition = trees.all_of(kept)
        assert condition is not None, "rows are chosen by a condition"
        counted = (pick.name, trees.count(trees.case([(condition, trees.number(1))])))
        query = asked.finished([*keys, counted])
        if frame:
            query.set("group", exp.Group(expressions=[sql() for sql in frame]))
        reader.steps.add(name, query)
        return name
    kept += [trees.negated(trees.is_null(sql())) for sql in members]
    condition = trees.all_of(kept)
    assert condition is not None, "members have keys"
    columns = [("value", asked.sql(pick.value)), ("kept", trees.case([(condition, trees.number(1))]))]
    step = reader.steps.name("members")
    reader.steps.add(step, asked.finished([*keys, *columns]))
    measured = [(formula, pick.value.type, "value", "kept")]
    made = aggregated_members(step, [key.name for key in pick.frame], measured, reader)
    named = [(key.name, sql()) for key, sql in zip(pick.frame, made.keys, strict=True)]
    reader.steps.add(name, made.finished([*named, (pick.name, made.values[formula]())]))
    return name


def _rows(pick: Pick, found: Step, reader: Reader) -> tuple[list[exp.Join], list[Sql]]:
    """The rows of the members' entity that a group lets pass."""
    assert isinstance(pick.rows, Distinct), "candidates are rows of an entity"
    keys = pick.rows.keys
    rows = reader.rows(pick.rows.source, [key.row for key in keys])
    query = rows.select()
    query.set("expressions", [trees.named(rows.key(key), key.name) for key in keys])
    if isinstance(pick.formula, Members):
        query.set("distinct", exp.Distinct())
    domain = reader.steps.name("candidates")
    reader.steps.add(domain, query)
    names = [key.name for key in keys]
    size = len(pick.members)
    reached = [
        trees.same(trees.column(name, domain), trees.column(pick.frame[index].name, found.name))
        for name, index in zip(names[size:], pick.reached, strict=True)
    ]
    join = exp.Join(this=trees.table((domain,)))
    if reached:
        join.set("on", trees.all_of(reached))
    else:
        join.set("kind", "CROSS")
    return [join], [column_of(name, domain) for name in names[:size]]


def _cells(pick: Pick, found: Step, inner: Step, reader: Reader) -> tuple[list[exp.Join], list[Sql]]:
    """The cells of the window around the members, up to today."""
    assert isinstance(pick.window, CellWindow), "members are rows of an entity, or cells of time"
    (member,) = pick.members
    step = window_step(pick.window, (*pick.keys, member), reader)
    cell = column_of(member.name, step.name)
    on: list[exp.Expression] = [
        trees.binary(exp.EQ, trees.column(name, step.name), trees.column(pick.frame[pick.around[index]].name, found.name))
        for index, name in step.keys.items()
        if index < len(pick.keys)
    ]
    on.append(trees.binary(exp.LTE, cell(), reader.emit.constant(reader.today, member.type).sql))
    joins: list[exp.Join] = []
    if not begins(pick.window.within):
        first = _first(pick, inner, reader)
        same = _around(pick, first, found)
        joins.append(
            exp.Join(this=trees.table((first,)), on=trees.all_of(same))
            if same
            else exp.Join(this=trees.table((first,)), kind="CROSS")
        )
        on.append(trees.binary(exp.GTE, cell(), trees.column(FIRST, first)))
    joins.append(exp.Join(this=trees.table((step.name,)), on=trees.all_of(on)))
    return joins, [cell]


def _first(pick: Pick, inner: Step, reader: Reader) -> str:
    """A step with the first member that has a row, by the keys around."""
    (member,) = pick.members
    keys = [trees.column(key.name, inner.name) for key in pick.keys]
    first = exp.Min(this=trees.column(member.name, inner.name))
    query = exp.Select(expressions=[*keys, trees.named(first, FIRST)], from_=exp.From(this=trees.table((inner.name,))))
    if inner.marked:
        there = trees.binary(exp.EQ, trees.column(PRESENT, inner.name), trees.number(1))
        query.set("where", exp.Where(this=there))
    if keys:
        query.set("group", exp.Group(expressions=[key.copy() for key in keys]))
    name = reader.steps.name("first_members")
    reader.steps.add(name, query)
    return name
