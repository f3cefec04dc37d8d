"""Frames: what a question, or the inside of a `per`, is worked out for; its branches, and which of its groups are there.

avg(revenue per customer) by month     →   frame (month, customer): revenue        the inside
frame (month): avg of these             a Fold of it
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Chosen, ColumnRef, Expression, Members, Ranked, RowValue
from metricdsl.model.made_of import Leaf, in_frame, leaves, told
from metricdsl.model.parts import every
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Grouping
from metricdsl.plan.branches import Use, branch, named_uses, scans
from metricdsl.plan.building import Building, Frame, settled
from metricdsl.plan.foreign_keys import by_foreign_keys
from metricdsl.plan.measures import FoldMeasure, Presence, Present
from metricdsl.plan.members import (
    domain_rows,
    frame_inside,
    kept_keys,
    member_window,
    moved_in,
)
from metricdsl.plan.names import Names, branch_name
from metricdsl.plan.nodes import Attach, Combine, Fill, Fold, MemberRows, Node, Pick, Table
from metricdsl.plan.own_times import with_own_times
from metricdsl.plan.presence import present_by
from metricdsl.plan.rows import Tables


def frame_of(
    frame: Frame,
    outputs: Sequence[Expression],
    others: Sequence[Expression],
    building: Building,
    *,
    counts: bool = True,
) -> tuple[Combine, tuple[Node, ...], tuple[Chosen | Members, ...]]:
    """The groups of a frame: a Combine of the branches that have all its keys, the branches that have fewer, and what is counted
    among the rows of an entity for each group found. Without `counts` nobody asks which of the groups are there.
    """
    presences = tuple(present_by(output, frame, building) for output in outputs) if counts else ()
    wanted: dict[Leaf, None] = {}
    for formula in (*outputs, *others):
        wanted.update(dict.fromkeys((*leaves(formula), *told(formula))))
    for one in presences:
        wanted.update(dict.fromkeys((*one.leaves, *(one.own or ()))))
    asked = {leaf for one in presences for leaf in (*one.leaves, *(one.own or ()))}
    aggregates = [leaf for leaf in wanted if isinstance(leaf, AggregateFormula)]
    brought = asked if counts else {*aggregates}
    counted: set[Leaf] = asked | {leaf for f in (*outputs, *others) for leaf in told(f)}
    names = Names(key.name for key in frame.keys)
    uses = named_uses(
        aggregates,
        frame.keys,
        building.setting,
        building.during,
        brought=brought,
        counted=counted,
        names=names,
    )
    full: list[Node] = []
    partial: list[Node] = []
    later = _asked_later(presences, (*outputs, *others))
    shares = scans(_after_today(use, building) if use.formula in later else use for use in uses)
    all_own = [[use.formula for use in share] for share in shares]
    for share, own in zip(shares, all_own, strict=True):
        name = building.names.take(branch_name(own, all_own))
        made = branch(share, name, building.entities, building.tables, presence=True)
        (full if len(made.keys) == len(frame.keys) else partial).append(made)
    folds = _folds(
        [leaf for leaf in wanted if isinstance(leaf, Members) and not leaf.every],
        frame,
        building,
        counted,
        names,
    )
    for fold in folds:
        (full if len(fold.keys) == len(frame.keys) else partial).append(fold)
    present = Presence(alternatives=presences)
    combine = Combine(
        branches=tuple(full),  # type: ignore[arg-type]
        keys=frame.keys,
        presence=present if frame.keys and counts else None,
    )
    return combine, tuple(partial), tuple(leaf for leaf in wanted if _for_each_group(leaf))  # type: ignore[misc]


def _asked_later(presences: Sequence[Present], formulas: Sequence[Expression]) -> set[Leaf]:
    """The leaves that are asked of nothing but whether a group that begins after today has a row of its own."""
    own = {leaf for one in presences for leaf in one.own or ()}
    shown = {leaf for formula in formulas for leaf in (*leaves(formula), *told(formula))}
    return own - shown - {leaf for one in presences for leaf in one.leaves}


def _after_today(use: Use, building: Building) -> Use:
    """An aggregate of the rows after today: there are no others in groups that begin after it."""
    context = use.context
    during = context.periods[-1] if context.periods else ALL_TIME
    tomorrow = building.setting.today + timedelta(days=1)
    by_itself = context.time is not None and context.reads_each_row_by_itself
    if not by_itself or isinstance(during.start, datetime):
        return use
    start = tomorrow if during.start is None else max(during.start, tomorrow)
    return evolve(use, context=evolve(context, periods=(Period(start, during.end),)))


def attached(
    source: Combine | Fill,
    partial: tuple[Node, ...],
    chosen: tuple[Chosen | Members, ...],
    frame: Frame,
    formulas: Sequence[Expression],
    building: Building,
) -> Node:
    """The groups with what has fewer keys, what is counted for each of them, and the places among them."""
    made = _attach(source, partial, chosen, frame, formulas, building)
    return made if made.partial or made.picks or made.ranked else source


def _attach(
    source: Combine | Fill,
    partial: tuple[Node, ...],
    chosen: tuple[Chosen | Members, ...],
    frame: Frame,
    formulas: Sequence[Expression],
    building: Building,
) -> Attach:
    ranked = tuple(
        dict.fromkeys(part for formula in formulas for part in in_frame(formula) if isinstance(part, Ranked))
    )
    return Attach(
        source=source,
        partial=partial,  # type: ignore[arg-type]
        picks=tuple(_pick(leaf, frame, building) for leaf in chosen),
        ranked=tuple(reversed(ranked)),
        keys=frame.keys,
    )


def _for_each_group(leaf: Leaf) -> bool:
    """Whether a leaf looks at members without rows too, so that it has a value in every group found."""
    return isinstance(leaf, Chosen) or (isinstance(leaf, Members) and leaf.every)


def _folds(
    found: Sequence[Members],
    frame: Frame,
    building: Building,
    counted: set[Leaf],
    names: Names,
) -> list[Fold]:
    """One Fold for all members of the same keys in the same context."""
    shared: dict[object, list[Members]] = {}
    for leaf in found:
        kept = kept_keys(leaf, leaf.offset)
        shared.setdefault((kept, leaf.keys, leaf.offset, leaf.moves), []).append(leaf)
    return [_fold(group, frame, building, counted, names) for group in shared.values()]


def _fold(
    group: Sequence[Members],
    frame: Frame,
    building: Building,
    counted: set[Leaf],
    names: Names,
) -> Fold:
    first = group[0]
    kept = kept_keys(first, first.offset)
    for leaf in group[1:]:
        kept = tuple(sorted({*kept, *kept_keys(leaf, leaf.offset)}))
    inside, places = frame_inside(first, frame, kept)
    size = first.offset + len(first.keys)
    bodies = [moved_in(leaf.body, places, size) for leaf in group]
    havings = [None if leaf.having is None else moved_in(leaf.having, places, size) for leaf in group]
    others = [having for having in havings if having is not None]
    combine, partial, chosen = frame_of(inside, bodies, others, building)
    source = attached(combine, partial, chosen, inside, [*bodies, *others], building)
    presence = combine.presence
    assert presence is not None, "the inside has the members' keys"
    measures = []
    for leaf, body, having, present in zip(group, bodies, havings, presence.alternatives, strict=True):
        wanted = _short_metric(body) or f"{leaf.function}_per_{leaf.keys[0].name.rpartition('.')[2]}"
        measures.append(
            FoldMeasure(
                name=names.take(wanted),
                formula=leaf,
                value=body,
                having=having,
                present=present,
                counted=names.take(f"{wanted}_members") if leaf in counted else None,
            )
        )
    called = _short_metric(bodies[0]) or "values"
    by = "_and_".join(key.name.rpartition(".")[2] for key in first.keys)
    return Fold(
        source=source,
        name=building.names.take(f"{called}_per_{by}"),
        keys=inside.keys[: len(kept)],
        members=inside.keys[len(kept) :],
        measures=tuple(measures),
        presence=presence,
    )


def _short_metric(formula: Expression) -> str:
    for part in every(formula):
        if isinstance(part, AggregateFormula) and part.metrics:
            return part.metrics[0].rpartition(".")[2]
    return ""


def _pick(leaf: Chosen | Members, frame: Frame, building: Building) -> Pick:
    """All members, with or without rows, looked at for each group found."""
    reached = [[i for i, one in enumerate(d.reached) if one is not None] for d in leaf.domains]
    around = tuple(sorted({*kept_keys(leaf, leaf.offset), *(i for places in reached for i in places)}))
    inside, places = frame_inside(leaf, frame, around)
    size = leaf.offset + len(leaf.keys)
    value = moved_in(leaf.body, places, size) if isinstance(leaf, Members) else None
    having = None if leaf.having is None else moved_in(leaf.having, places, size)
    formulas = [formula for formula in (value, having) if formula is not None]
    combine, partial, chosen = frame_of(inside, formulas[:1], formulas[1:], building)
    name = (
        f"{leaf.entity.rpartition('.')[2]}_chosen"
        if isinstance(leaf, Chosen)
        else f"{_short_metric(leaf)}_per_every"
    )
    return Pick(
        name=building.names.take(name.removeprefix("_")),
        formula=leaf,
        source=_attach(combine, partial, chosen, inside, formulas, building),
        value=value,
        having=having,
        keys=inside.keys[: len(around)],
        members=inside.keys[len(around) :],
        rows=tuple(
            MemberRows(
                source=domain_rows(leaf, domain, building),
                at=domain.at,
                reached=tuple(around.index(i) for i in places_of),
            )
            for domain, places_of in zip(leaf.domains, reached, strict=True)
        ),
        window=member_window(formulas[:1], len(around), len(inside.keys), building.during)
        if any(key.grain for key in leaf.keys)
        else None,
    )


def tables_of(entities: Mapping[str, Entity], setting: Setting) -> Tables:
    """What makes the groups of other rows that a value of a row is looked up in."""
    return lambda value: table_of(value, entities, setting)


def table_of(value: RowValue, entities: Mapping[str, Entity], setting: Setting) -> Table:
    """What a value of a row is made of, by the keys that the row has in common with other rows."""
    return tables_together([value], entities, setting)[0]


def tables_together(
    values: Sequence[RowValue], entities: Mapping[str, Entity], setting: Setting
) -> tuple[Table, ...]:
    """What values of a row by the same keys are made of: one source for all."""
    row_keys = values[0].keys
    building = Building(entities, setting, tables_of(entities, setting))
    names = Names()
    timed = [settled(with_own_times(value.body, ALL_TIME, setting), building) for value in values]
    bodies = [by_foreign_keys(body, row_keys, entities) for body in timed]
    keys = tuple(
        Grouping(name=names.take(_key_name(key, i)), type=key.type) for i, key in enumerate(row_keys)
    )
    frame = Frame(keys=keys)
    combine, partial, chosen = frame_of(frame, bodies, [], building, counts=False)
    source = attached(combine, partial, chosen, frame, bodies, building)
    return tuple(Table(source=source, keys=keys, body=body) for body in bodies)


def _key_name(key: Expression, index: int) -> str:
    return key.column if isinstance(key, ColumnRef) else f"key_{index + 1}"
