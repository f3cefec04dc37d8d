"""Frames: what a question, or the inside of a `per`, is worked out for; its branches, and which of its groups are there.

avg(revenue per customer) by month     →   frame (month, customer): revenue        the inside
frame (month): avg of these             a Fold of it
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from attrs import define, evolve, field, frozen

from metricdsl.model.entity import Entity
from metricdsl.model.formula import (
    Aggregate as AggregateFormula,
)
from metricdsl.model.formula import (
    Chosen,
    ColumnRef,
    Constant,
    Detached,
    Expression,
    GroupingRef,
    KeyPart,
    Members,
    Moved,
    Ranked,
    RowValue,
)
from metricdsl.model.parts import below, every, rebuilt, with_below
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Grouping
from metricdsl.model.window import Window
from metricdsl.plan.branches import branch, named_uses, scans
from metricdsl.plan.conditions import conjuncts
from metricdsl.plan.context import Key, plain_window
from metricdsl.plan.expressions import Leaf, bringing, existence, in_frame, leaves, present_leaf, told
from metricdsl.plan.names import Names, branch_name
from metricdsl.plan.nodes import (
    Attach,
    Combine,
    Distinct,
    Fill,
    Filter,
    Fold,
    FoldMeasure,
    Node,
    Pick,
    Presence,
    Present,
    Table,
)
from metricdsl.plan.rows import rows
from metricdsl.plan.windows import NEVER, cell_of, fixed, renumbered, resolved, unmoved


@define(eq=False)
class Building:
    """A plan in the making: what all of its frames share."""

    entities: Mapping[str, Entity]
    setting: Setting
    during: Period = ALL_TIME
    names: Names = field(factory=Names)


@frozen(kw_only=True)
class Frame:
    """The keys that formulas are worked out for, and how often the period of the context around was moved."""

    keys: tuple[Grouping, ...]
    moves: int = 0


def contextual(formulas: Iterable[Expression]) -> bool:
    """Whether some formula changes a context, or looks at rows by another rule than that their time is in the period."""
    return any(
        isinstance(part, Moved | Detached | Members | Chosen | Ranked)
        or (isinstance(part, AggregateFormula) and _special(part))
        for formula in formulas
        for part in every(formula)
    )


def _special(part: AggregateFormula) -> bool:
    return part.open is not None or part.stock is not None or part.spread is not None


def settled(formula: Expression, building: Building) -> Expression:
    """The formula with the windows of its aggregates worked out; an opening of all time is nothing."""

    def change(part: Expression) -> Expression:
        match part:
            case AggregateFormula(window=window) if window is not None:
                return _simplest(evolve(part, window=resolved(window, building.setting)), building.during)
            case Moved(body=body, move=move) if move.kind == "opening":
                inner = settled(body, building)
                if all(
                    a.window is not None and fixed(a.window) == NEVER
                    for a in every(inner)
                    if isinstance(a, AggregateFormula)
                ):
                    return Constant(type=part.type, value=None, span=part.span)
                return evolve(part, body=inner)
            case _:
                return part

    found = rebuilt(formula, change)
    assert found is not None, "nothing is lost here"
    return found


def _simplest(leaf: AggregateFormula, during: Period) -> AggregateFormula:
    """The aggregate without a window, where that is the period of the question itself."""
    return evolve(leaf, window=None) if leaf.window == plain_window(leaf, during) else leaf


def frame_of(
    frame: Frame, outputs: Sequence[Expression], others: Sequence[Expression], building: Building
) -> tuple[Combine, tuple[Node, ...], tuple[Chosen | Members, ...]]:
    """The groups of a frame: a Combine of the branches that have all its keys, the branches that have fewer, and what is counted
    among the rows of an entity for each group found.
    """
    presences = tuple(_presence(output, frame, building) for output in outputs)
    wanted: dict[Leaf, None] = {}
    for formula in (*outputs, *others):
        wanted.update(dict.fromkeys((*leaves(formula), *told(formula))))
    for one in presences:
        wanted.update(dict.fromkeys((*one.leaves, *(one.own or ()))))
    brought = {leaf for one in presences for leaf in (*one.leaves, *(one.own or ()))}
    aggregates = [leaf for leaf in wanted if isinstance(leaf, AggregateFormula)]
    counted: set[Expression] = {*brought} | {leaf for f in (*outputs, *others) for leaf in told(f)}
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
    shares = scans(uses)
    all_own = [[use.formula for use in share] for share in shares]
    for share, own in zip(shares, all_own, strict=True):
        name = building.names.take(branch_name(own, all_own))
        made = branch(share, name, building.entities, building.setting, presence=True)
        (full if len(made.keys) == len(frame.keys) else partial).append(made)
    folds = _folds([leaf for leaf in wanted if isinstance(leaf, Members) and not leaf.every], frame, building, counted, names)
    for fold in folds:
        (full if len(fold.keys) == len(frame.keys) else partial).append(fold)
    periods = _starts(frame)
    present = Presence(alternatives=presences, periods=periods)
    combine = Combine(
        branches=tuple(full),  # type: ignore[arg-type]
        keys=frame.keys,
        presence=present if frame.keys else None,
    )
    return combine, tuple(partial), tuple(leaf for leaf in wanted if _for_each_group(leaf))  # type: ignore[misc]


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


# ---------------------------------------------------------------- which groups are there


def _presence(output: Expression, frame: Frame, building: Building) -> Present:
    """By which leaves a formula has a row in a group, and by which in one that begins after today."""
    found = existence(output)
    if not _later(output, frame, building):
        return Present(leaves=found)
    own = tuple(
        dict.fromkeys(
            present_leaf(stripped)
            for leaf in bringing(output)
            if (stripped := _stripped(leaf, frame.moves, building)) is not None
        )
    )
    return Present(leaves=found, own=own)


def _for_each_group(leaf: Leaf) -> bool:
    """Whether a leaf looks at members without rows too, so that it has a value in every group found."""
    return isinstance(leaf, Chosen) or (isinstance(leaf, Members) and leaf.every)


def _later(output: Expression, frame: Frame, building: Building) -> bool:
    """Whether a group of a formula may begin after today without a row of its own there."""
    end = building.during.end
    if end is not None and fixed_day(end) <= building.setting.today:
        return False
    start = building.during.start
    begun = start is None or fixed_day(start) <= building.setting.today
    if begun and not any(key.grain for key in frame.keys):
        return False
    return any(
        isinstance(part, Moved) or (isinstance(part, AggregateFormula) and part.open is not None)
        for part in every(output)
    )


def fixed_day(value: date | datetime) -> date:
    """A bound as a day."""
    return value.date() if isinstance(value, datetime) else value


def _stripped(leaf: Leaf, moves: int, building: Building) -> Leaf | None:
    """The leaf without time functions; None for what is open, which has no rows of its own."""
    if isinstance(leaf, AggregateFormula):
        if leaf.open is not None:
            return None
        if leaf.window is None:
            return leaf
        return _simplest(evolve(leaf, window=unmoved(leaf.window, moves)), building.during)
    inner = leaf.body if isinstance(leaf, Members) else leaf.having
    if any(isinstance(part, AggregateFormula) and part.open is not None for part in every(inner)) and all(
        part.open is not None for part in every(inner) if isinstance(part, AggregateFormula)
    ):
        return None

    def change(part: Expression) -> Expression:
        if isinstance(part, AggregateFormula) and part.window is not None:
            return _simplest(evolve(part, window=unmoved(part.window, moves)), building.during)
        return part.body if isinstance(part, Moved) else part

    found = rebuilt(leaf, lambda part: _down(part, change))
    assert isinstance(found, Members | Chosen), "the same sort of formula"
    return found


def _down(part: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """One part changed, and what takes its place too."""
    new = change(part)
    while new is not part and isinstance(new, Moved):
        part, new = new, change(new)
    return new


def _starts(frame: Frame) -> tuple[GroupingRef, ...]:
    return tuple(
        GroupingRef(type=key.type, index=index) for index, key in enumerate(frame.keys) if key.grain
    )


# ---------------------------------------------------------------- members


def _folds(
    found: Sequence[Members],
    frame: Frame,
    building: Building,
    counted: set[Expression],
    names: Names,
) -> list[Fold]:
    """One Fold for all members of the same keys in the same context."""
    shared: dict[object, list[Members]] = {}
    for leaf in found:
        kept = _kept(leaf, leaf.offset)
        shared.setdefault((kept, leaf.keys, leaf.offset, leaf.moves), []).append(leaf)
    return [_fold(group, frame, building, counted, names) for group in shared.values()]


def _kept(leaf: Members | Chosen, size: int) -> tuple[int, ...]:
    """The keys of the frame around that the members depend on."""
    kept: set[int] = set()
    for part in every(leaf):
        if isinstance(part, AggregateFormula):
            kept.update(i for i, key in enumerate(part.keys[:size]) if key is not None)
    return tuple(sorted(kept))


def _inside(
    leaf: Members | Chosen, frame: Frame, kept: tuple[int, ...]
) -> tuple[Frame, dict[int, int]]:
    """The frame inside: the keys around that are kept, then those of the members; and where each key has gone."""
    names = Names(frame.keys[i].name for i in kept)
    members = tuple(
        Grouping(name=names.take(key.name), type=key.type, grain=key.grain) for key in leaf.keys
    )
    places = {old: new for new, old in enumerate(kept)}
    places.update({leaf.offset + i: len(kept) + i for i in range(len(leaf.keys))})
    return Frame(keys=(*(frame.keys[i] for i in kept), *members), moves=leaf.moves), places


def _moved_in(formula: Expression, places: dict[int, int], size: int) -> Expression:
    """The formula with the keys of its frame at other places; `size` is how many keys the frame had."""
    if all(old == new for old, new in places.items()) and len(places) == size:
        return formula
    gone = size - len(places)

    def place(index: int) -> int:
        return places[index] if index in places else index - gone

    def change(part: Expression) -> Expression:
        match part:
            case AggregateFormula(keys=keys, window=window):
                moved: list[KeyPart] = [None] * (len(keys) - gone)
                for index, key in enumerate(keys):
                    if index in places or index >= size:
                        moved[place(index)] = key
                where = dict(places) | {i: i - gone for i in range(size, len(keys))}
                return evolve(
                    part,
                    keys=tuple(moved),
                    window=None if window is None else renumbered(window, where),
                )
            case GroupingRef(index=index):
                return evolve(part, index=place(index))
            case Moved(body=body, periods=periods):
                refs = tuple(evolve(p, index=place(p.index)) for p in periods if p.index in places or p.index >= size)
                return evolve(part, body=_moved_in(body, places, size), periods=refs)
            case Ranked(body=body, among=among, beside=beside):
                return evolve(
                    part,
                    body=_moved_in(body, places, size),
                    among=tuple(evolve(r, index=place(r.index)) for r in among if r.index in places),
                    beside=tuple(evolve(r, index=place(r.index)) for r in beside if r.index in places),
                )
            case Members() | Chosen():
                inner = tuple(_moved_in(p, places, size) for p in below(part))
                made = _with_below(part, inner)
                domain = made.domain
                if domain is not None:
                    reached: list[Expression | None] = [None] * (made.offset - gone)
                    for index, one in enumerate(domain.reached):
                        if index in places or index >= size:
                            reached[place(index)] = one
                    domain = evolve(domain, reached=tuple(reached))
                return evolve(made, offset=made.offset - gone, domain=domain)  # type: ignore[arg-type]
            case _:
                return part

    found = rebuilt(formula, change)
    assert found is not None, "nothing is lost here"
    return found


def _with_below(part: Members | Chosen, inner: tuple[Expression, ...]) -> Members | Chosen:
    made = with_below(part, inner)
    assert isinstance(made, Members | Chosen), "the same sort of formula"
    return made


def _fold(
    group: Sequence[Members],
    frame: Frame,
    building: Building,
    counted: set[Expression],
    names: Names,
) -> Fold:
    first = group[0]
    kept = _kept(first, first.offset)
    for leaf in group[1:]:
        kept = tuple(sorted({*kept, *_kept(leaf, leaf.offset)}))
    inside, places = _inside(first, frame, kept)
    size = first.offset + len(first.keys)
    bodies = [_moved_in(leaf.body, places, size) for leaf in group]
    havings = [None if leaf.having is None else _moved_in(leaf.having, places, size) for leaf in group]
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


def _member_window(bodies: Sequence[Expression], outer: int, during: Period) -> Window | None:
    """The cells that are members, each in the window around: what an unmoved aggregate of the members looks at."""
    for body in bodies:
        for part in every(body):
            if isinstance(part, AggregateFormula):
                found = cell_of(part.window or plain_window(part, during), outer)
                if found is not None:
                    return found
    return None


def _domain_rows(leaf: Members | Chosen, building: Building) -> Node:
    domain = leaf.domain
    assert domain is not None, "whoever asks has seen it"
    reached = [r for r in domain.reached if r is not None]
    conditions = conjuncts(domain.where)
    node = rows(domain.home, [*domain.keys, *reached, *conditions], building.entities, building.setting)
    if conditions:
        node = Filter(source=node, conditions=conditions)
    names = Names()
    keys = [
        Key(name=names.take(key.name), type=expression.type, expression=expression)
        for key, expression in zip(leaf.keys, domain.keys, strict=True)
    ]
    keys += [
        Key(name=names.take(f"around_{index}"), type=one.type, expression=one)
        for index, one in enumerate(domain.reached)
        if one is not None
    ]
    return Distinct(source=node, keys=tuple(keys))


def _pick(leaf: Chosen | Members, frame: Frame, building: Building) -> Pick:
    """All members, with or without rows, looked at for each group found."""
    domain = leaf.domain
    reached = () if domain is None else tuple(i for i, one in enumerate(domain.reached) if one is not None)
    around = tuple(sorted({*_kept(leaf, leaf.offset), *reached}))
    inside, places = _inside(leaf, frame, around)
    size = leaf.offset + len(leaf.keys)
    value = _moved_in(leaf.body, places, size) if isinstance(leaf, Members) else None
    having = None if leaf.having is None else _moved_in(leaf.having, places, size)
    formulas = [formula for formula in (value, having) if formula is not None]
    combine, partial, chosen = frame_of(inside, formulas[:1], formulas[1:], building)
    name = f"{leaf.entity.rpartition('.')[2]}_chosen" if isinstance(leaf, Chosen) else f"{_short_metric(leaf)}_per_every"
    return Pick(
        name=building.names.take(name.removeprefix("_")),
        formula=leaf,
        source=_attach(combine, partial, chosen, inside, formulas, building),
        value=value,
        having=having,
        keys=inside.keys[: len(around)],
        members=inside.keys[len(around) :],
        rows=None if domain is None else _domain_rows(leaf, building),
        reached=tuple(around.index(i) for i in reached),
        window=None if domain is not None else _member_window(formulas[:1], len(around), building.during),
    )


def table_of(value: RowValue, entities: Mapping[str, Entity], setting: Setting) -> Node:
    """What a value of a row is made of, by the keys that the row has in common with other rows."""
    building = Building(entities, setting)
    names = Names()
    body = settled(value.body, building)
    keys = tuple(Grouping(name=names.take(_key_name(key, i)), type=key.type) for i, key in enumerate(value.keys))
    frame = Frame(keys=keys)
    combine, partial, chosen = frame_of(frame, [body], [], building)
    return Table(
        source=attached(combine, partial, chosen, frame, [body], building), keys=keys, body=body
    )


def _key_name(key: Expression, index: int) -> str:
    return key.column if isinstance(key, ColumnRef) else f"key_{index + 1}"
