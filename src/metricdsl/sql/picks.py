"""All members, with or without rows, looked at for each group found: counted, or their values aggregated."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlglot import exp

from metricdsl.model.formula import Members
from metricdsl.model.window import CellWindow, begins
from metricdsl.plan.measures import Presence
from metricdsl.plan.nodes import Aggregate, Attach, Combine, Fold, MemberRows, Pick
from metricdsl.sql import trees
from metricdsl.sql.begun import begun
from metricdsl.sql.combine import present_of
from metricdsl.sql.fold import aggregated_members, with_keys
from metricdsl.sql.groups import Groups
from metricdsl.sql.instants import kept as kept_instants
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import PRESENT, Part, Step, as_step
from metricdsl.sql.windows import window_step

VALUE, KEPT, THERE, FIRST = "value", "kept", "there", "first"


Beside: TypeAlias = Callable[[Attach, Step, Sequence[Aggregate | Fold], Reading], Groups]
"""Puts branches beside the groups of a step."""


def picked(pick: Pick, found: Step, groups: Groups, reader: Reading, beside: Beside) -> exp.Join:
    """The join of what all members give, for each group found."""
    combine = pick.source.source
    assert isinstance(combine, Combine), "members are grouped, not filled"
    candidates = _candidates(pick, found, reader)
    inner = beside(pick.source, candidates, (*combine.branches, *pick.source.partial), reader)
    firsts = _first_cells(pick, combine, reader) if _endless(pick) and pick.rows else ""
    name, instants = _aggregated(pick, inner, combine.presence, firsts, reader)
    parts = (Part(name=pick.name, formula=pick.formula),)
    made = Step(name=name, keys=pick.keys, parts=parts, instants=instants)
    own, _ = made.leaves(reader.emit, name)
    groups.values.update(own)
    if not pick.keys:
        return exp.Join(this=trees.table((name,)), kind="CROSS")
    same = [trees.same(trees.column(key.name, name), trees.column(key.name, found.name)) for key in pick.keys]
    return exp.Join(this=trees.table((name,)), side="LEFT", on=trees.all_of(same))


def _aggregated(
    pick: Pick, inner: Groups, presence: Presence | None, firsts: str, reader: Reading
) -> tuple[str, frozenset[str]]:
    """A step with the result for each group: the number of members that meet the condition, or what is made of their values;
    and whether these are instants.
    """
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
        return name, frozenset()
    kept += [trees.negated(trees.is_null(sql())) for sql in members]
    told = [key for key in pick.members if key.grain is not None or with_keys(formula, reader)]
    columns = [(key.name, sql()) for key, sql in zip(pick.members, members, strict=True) if key in told]
    value, instants = kept_instants([(VALUE, inner.sql(pick.value))], reader.emit.timezone)
    columns += [*value, (KEPT, trees.case([(_all(kept), trees.number(1))]))]
    endless = _endless(pick)
    if endless:
        assert isinstance(pick.window, CellWindow), "only windows are endless"
        assert presence is not None, "members have keys"
        there = present_of(inner, presence.alternatives[0], reader)
        cell = members[pick.window.key - len(pick.keys)]
        columns += [("cell", cell()), (THERE, trees.case([(there, cell())]))]
    step = reader.steps.name("members")
    reader.steps.add(step, inner.finished([*keys, *columns]))
    if endless:
        step = _from_the_first(step, [*names, *(key.name for key in told)], len(names), firsts, reader)
    measured = [(formula, pick.value.type, VALUE, KEPT)]
    made = aggregated_members(step, names, measured, reader, told, instants)
    named = [(key, sql()) for key, sql in zip(names, made.keys, strict=True)]
    own, instants = kept_instants([(pick.name, made.values[formula]())], reader.emit.timezone)
    reader.steps.add(name, made.finished([*named, *own]))
    return name, instants


def _endless(pick: Pick) -> bool:
    """Whether members are cells of a period that has no start."""
    return isinstance(pick.window, CellWindow) and not begins(pick.window.within)


def _first_cells(pick: Pick, combine: Combine, reader: Reading) -> str:
    """A step with the first cell that has a row, for each group, whatever the other parts of the members are: unknown ones too."""
    assert isinstance(pick.window, CellWindow), "members are cells"
    groups = as_step(combine, reader, "found")
    member = pick.members[pick.window.key - len(pick.keys)]
    keys = [trees.column(key.name, groups.name) for key in pick.keys]
    first = exp.Min(this=trees.column(member.name, groups.name))
    query = exp.Select(
        expressions=[*keys, trees.named(first, FIRST)],
        from_=exp.From(this=trees.table((groups.name,))),
        where=exp.Where(this=trees.binary(exp.GT, trees.column(PRESENT, groups.name), trees.number(0))),
    )
    if keys:
        query.set("group", exp.Group(expressions=[key.copy() for key in keys]))
    name = reader.steps.name("first_cells")
    reader.steps.add(name, query)
    return name


def _from_the_first(step: str, keys: Sequence[str], outer: int, firsts: str, reader: Reading) -> str:
    """The members again, those before the first one with a row not kept."""
    first: exp.Expression = exp.Window(
        this=exp.Min(this=trees.column(THERE, step)),
        partition_by=[trees.column(key, step) for key in keys[:outer]],
        over="OVER",
    )
    if firsts:
        first = trees.column(FIRST, firsts)
    begun = trees.binary(exp.GTE, trees.column("cell", step), first)
    kept = trees.case([(begun, trees.column(KEPT, step))])
    query = exp.Select(
        expressions=[
            *(trees.named(trees.column(key, step), key, always=bool(firsts)) for key in keys),
            trees.column(VALUE, step),
            trees.named(kept, KEPT),
        ],
        from_=exp.From(this=trees.table((step,))),
    )
    if firsts:
        same = [trees.same(trees.column(key, firsts), trees.column(key, step)) for key in keys[:outer]]
        query.set("joins", [_joined(firsts, trees.all_of(same))])
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
    size = len(pick.members)
    columns: dict[int, exp.Expression] = {}
    joined: list[tuple[str, exp.Expression | None]] = []
    for rows in pick.rows:
        name, names, on = _rows(pick, rows, around, reader)
        columns.update({rows.at + i: trees.column(column, name) for i, column in enumerate(names)})
        joined.append((name, trees.all_of(on)))
    if pick.window is not None:
        name, place, on = _cells(pick, around, reader)
        columns[place] = trees.column(pick.members[place].name, name)
        joined.append((name, trees.all_of(on)))
    keys = [trees.named(trees.column(key.name, around), key.name) for key in pick.keys]
    members = [trees.named(columns[i], pick.members[i].name) for i in range(size)]
    query = exp.Select(expressions=[*keys, *members])
    if pick.keys:
        query.set("from_", exp.From(this=trees.derived(contexts, around)))
    else:
        first, condition = joined.pop(0)
        query.set("from_", exp.From(this=trees.table((first,))))
        if condition is not None:
            query.set("where", exp.Where(this=condition))
    if joined:
        query.set("joins", [_joined(name, condition) for name, condition in joined])
    made = reader.steps.name("candidates")
    reader.steps.add(made, query)
    return Step(name=made, keys=(*pick.keys, *pick.members), parts=())


def _joined(name: str, condition: exp.Expression | None) -> exp.Join:
    join = exp.Join(this=trees.table((name,)))
    join.set(*(("kind", "CROSS") if condition is None else ("on", condition)))
    return join


def _rows(
    pick: Pick, found: MemberRows, around: str, reader: Reading
) -> tuple[str, list[str], list[exp.Expression]]:
    """The rows of the members' entity: their step, the columns of their keys, and that a group lets them pass."""
    keys = found.source.keys
    rows = reader.rows(found.source.source, [key.row for key in keys])
    query = rows.select()
    query.set("expressions", [trees.named(rows.key(key), key.name) for key in keys])
    query.set("distinct", exp.Distinct() if isinstance(pick.formula, Members) else None)
    name = reader.steps.name("all_members")
    reader.steps.add(name, query)
    names = [key.name for key in keys]
    size = len(keys) - len(found.reached)
    on = [
        trees.same(trees.column(column, name), trees.column(pick.keys[place].name, around))
        for column, place in zip(names[size:], found.reached, strict=True)
    ]
    return name, names[:size], on


def _cells(pick: Pick, around: str, reader: Reading) -> tuple[str, int, list[exp.Expression]]:
    """The cells of the window around the members, up to today: their step, their place, and that they are a group's."""
    assert isinstance(pick.window, CellWindow), "members are rows of an entity, or cells of time"
    place = pick.window.key - len(pick.keys)
    member = pick.members[place]
    step = window_step(pick.window, (*pick.keys, *pick.members), reader)
    on: list[exp.Expression] = [
        trees.binary(exp.EQ, trees.column(name, step.name), trees.column(pick.keys[index].name, around))
        for index, name in step.keys.items()
        if index < len(pick.keys)
    ]
    on.append(begun(trees.column(member.name, step.name), member.type, reader))
    return step.name, place, on


def _all(conditions: Sequence[exp.Expression]) -> exp.Expression:
    found = trees.all_of(conditions)
    assert found is not None, "members have keys, and rows are chosen by a condition"
    return found
