"""All members, with or without rows, looked at for each group found: counted, or their values aggregated."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlglot import exp

from metricdsl.model.formula import Members
from metricdsl.model.window import CellWindow
from metricdsl.plan.nodes import Aggregate, Attach, Combine, Distinct, Fold, Pick, Presence
from metricdsl.sql import trees
from metricdsl.sql.combine import present_of
from metricdsl.sql.fold import aggregated_members
from metricdsl.sql.groups import Groups
from metricdsl.sql.moves import begins
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import Part, Step
from metricdsl.sql.windows import window_step

VALUE, KEPT, THERE = "value", "kept", "there"


Beside: TypeAlias = Callable[[Attach, Step, Sequence[Aggregate | Fold], Reading], Groups]
"""Puts branches beside the groups of a step."""


def picked(pick: Pick, found: Step, groups: Groups, reader: Reading, beside: Beside) -> exp.Join:
    """The join of what all members give, for each group found."""
    combine = pick.source.source
    assert isinstance(combine, Combine), "members are grouped, not filled"
    candidates = _candidates(pick, found, reader)
    inner = beside(pick.source, candidates, (*combine.branches, *pick.source.partial), reader)
    name = _aggregated(pick, inner, combine.presence, reader)
    made = Step(name=name, keys=pick.keys, parts=(Part(name=pick.name, formula=pick.formula),))
    own, _ = made.leaves(reader.emit, name)
    groups.values.update(own)
    if not pick.keys:
        return exp.Join(this=trees.table((name,)), kind="CROSS")
    same = [trees.same(trees.column(key.name, name), trees.column(key.name, found.name)) for key in pick.keys]
    return exp.Join(this=trees.table((name,)), side="LEFT", on=trees.all_of(same))


def _aggregated(pick: Pick, inner: Groups, presence: Presence | None, reader: Reading) -> str:
    """A step with the result for each group: the number of members that meet the condition, or what is made of their values."""
    names = [key.name for key in pick.keys]
    keys = [(name, sql()) for name, sql in zip(names, inner.keys, strict=False)]
    members = inner.keys[len(keys) :]
    kept = [] if pick.having is None else [inner.sql(pick.having)]
    formula = pick.formula
    name = reader.steps.name(pick.name)
    if not isinstance(formula, Members) or pick.value is None:
        number = trees.count(trees.case([(_all(kept), trees.number(1))]))
        query = inner.finished([*keys, (pick.name, number)])
        if keys:
            query.set("group", exp.Group(expressions=[sql.copy() for _, sql in keys]))
        reader.steps.add(name, query)
        return name
    kept += [trees.negated(trees.is_null(sql())) for sql in members]
    times = [key.name for key in pick.members if key.grain is not None]
    columns = [(key.name, sql()) for key, sql in zip(pick.members, members, strict=True) if key.grain]
    columns += [(VALUE, inner.sql(pick.value)), (KEPT, trees.case([(_all(kept), trees.number(1))]))]
    endless = isinstance(pick.window, CellWindow) and not begins(pick.window.within)
    if endless:
        assert presence is not None, "members have keys"
        there = present_of(inner, presence.alternatives[0], presence, reader)
        columns += [("cell", members[0]()), (THERE, trees.case([(there, members[0]())]))]
    step = reader.steps.name("members")
    reader.steps.add(step, inner.finished([*keys, *columns]))
    if endless:
        step = _from_the_first(step, [*names, *times], len(names), reader)
    made = aggregated_members(step, names, [(formula, pick.value.type, VALUE, KEPT)], reader, times)
    named = [(key, sql()) for key, sql in zip(names, made.keys, strict=True)]
    reader.steps.add(name, made.finished([*named, (pick.name, made.values[formula]())]))
    return name


def _from_the_first(step: str, keys: Sequence[str], outer: int, reader: Reading) -> str:
    """The members again, those before the first one with a row not kept."""
    first = exp.Window(
        this=exp.Min(this=trees.column(THERE, step)),
        partition_by=[trees.column(key, step) for key in keys[:outer]],
        over="OVER",
    )
    begun = trees.binary(exp.GTE, trees.column("cell", step), first)
    kept = trees.case([(begun, trees.column(KEPT, step))])
    query = exp.Select(
        expressions=[
            *(trees.column(key, step) for key in keys),
            trees.column(VALUE, step),
            trees.named(kept, KEPT),
        ],
        from_=exp.From(this=trees.table((step,))),
    )
    name = reader.steps.name("members")
    reader.steps.add(name, query)
    return name


# ---------------------------------------------------------------- candidates


def _candidates(pick: Pick, found: Step, reader: Reading) -> Step:
    """A step of all members for each group found."""
    contexts = exp.Select(
        expressions=[trees.column(key.name, found.name) for key in pick.keys],
        from_=exp.From(this=trees.table((found.name,))),
        distinct=exp.Distinct(),
    )
    around = "contexts"
    if pick.rows is None:
        name, columns, on = _cells(pick, around, reader)
    else:
        name, columns, on = _rows(pick, around, reader)
    keys = [trees.named(trees.column(key.name, around), key.name) for key in pick.keys]
    members = [
        trees.named(trees.column(column, name), key.name)
        for column, key in zip(columns, pick.members, strict=True)
    ]
    query = exp.Select(expressions=[*keys, *members], from_=exp.From(this=trees.table((name,))))
    if pick.keys:
        query.set("from_", exp.From(this=trees.derived(contexts, around)))
        join = exp.Join(this=trees.table((name,)))
        condition = trees.all_of(on)
        join.set(*(("kind", "CROSS") if condition is None else ("on", condition)))
        query.set("joins", [join])
    elif on:
        query.set("where", exp.Where(this=trees.all_of(on)))
    made = reader.steps.name("candidates")
    reader.steps.add(made, query)
    return Step(name=made, keys=(*pick.keys, *pick.members), parts=())


def _rows(pick: Pick, around: str, reader: Reading) -> tuple[str, list[str], list[exp.Expression]]:
    """The rows of the members' entity: their step, the columns of their keys, and that a group lets them pass."""
    assert isinstance(pick.rows, Distinct), "candidates are rows of an entity"
    keys = pick.rows.keys
    rows = reader.rows(pick.rows.source, [key.row for key in keys])
    query = rows.select()
    query.set("expressions", [trees.named(rows.key(key), key.name) for key in keys])
    query.set("distinct", exp.Distinct() if isinstance(pick.formula, Members) else None)
    name = reader.steps.name("all_members")
    reader.steps.add(name, query)
    names = [key.name for key in keys]
    size = len(pick.members)
    on = [
        trees.same(trees.column(column, name), trees.column(pick.keys[place].name, around))
        for column, place in zip(names[size:], pick.reached, strict=True)
    ]
    return name, names[:size], on


def _cells(pick: Pick, around: str, reader: Reading) -> tuple[str, list[str], list[exp.Expression]]:
    """The cells of the window around the members, up to today: their step, their column, and that they are a group's."""
    assert isinstance(pick.window, CellWindow), "members are rows of an entity, or cells of time"
    (member,) = pick.members
    step = window_step(pick.window, (*pick.keys, member), reader)
    on: list[exp.Expression] = [
        trees.binary(exp.EQ, trees.column(name, step.name), trees.column(pick.keys[index].name, around))
        for index, name in step.keys.items()
        if index < len(pick.keys)
    ]
    today = reader.emit.constant(reader.today, member.type).sql
    on.append(trees.binary(exp.LTE, trees.column(member.name, step.name), today))
    return step.name, [member.name], on


def _all(conditions: Sequence[exp.Expression]) -> exp.Expression:
    found = trees.all_of(conditions)
    assert found is not None, "members have keys, and rows are chosen by a condition"
    return found
