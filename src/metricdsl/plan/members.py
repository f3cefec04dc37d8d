"""The members of a `per`: the frame inside, which keys of the frame around it keeps, and where they all may come from."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import (
    Chosen,
    Domain,
    Expression,
    GroupingRef,
    KeyPart,
    Members,
    Moved,
    PeriodBound,
    Ranked,
)
from metricdsl.model.parts import below, conjuncts, every, rebuilt, with_below
from metricdsl.model.period import Period
from metricdsl.model.request import Grouping
from metricdsl.model.window import Window, cell_keys, renumbered
from metricdsl.plan.building import Building, Frame
from metricdsl.plan.context import Key, plain_window
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Distinct, Filter
from metricdsl.plan.rows import rows
from metricdsl.plan.windows import cell_of


def kept_keys(leaf: Members | Chosen, size: int) -> tuple[int, ...]:
    """The keys of the frame around that the members depend on."""
    kept: set[int] = set()
    for part in every(leaf):
        if isinstance(part, AggregateFormula):
            kept.update(i for i, key in enumerate(part.keys[:size]) if key is not None)
        elif isinstance(part, PeriodBound) and part.window is not None:
            kept.update(i for i in cell_keys(part.window) if i < size)
        elif isinstance(part, GroupingRef) and part.index < size:
            kept.add(part.index)
        elif isinstance(part, Members | Chosen):
            reached = (enumerate(domain.reached[:size]) for domain in part.domains)
            kept.update(i for each in reached for i, one in each if one is not None)
    return tuple(sorted(kept))


def frame_inside(leaf: Members | Chosen, frame: Frame, kept: tuple[int, ...]) -> tuple[Frame, dict[int, int]]:
    """The frame inside: the keys around that are kept, then those of the members; and where each key has gone."""
    names = Names(frame.keys[i].name for i in kept)
    members = tuple(Grouping(name=names.take(key.name), type=key.type, grain=key.grain) for key in leaf.keys)
    places = {old: new for new, old in enumerate(kept)}
    places.update({leaf.offset + i: len(kept) + i for i in range(len(leaf.keys))})
    return Frame(keys=(*(frame.keys[i] for i in kept), *members), moves=leaf.moves), places


def moved_in(formula: Expression, places: dict[int, int], size: int) -> Expression:
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
            case PeriodBound(window=window) if window is not None:
                where = {i: place(i) for i in cell_keys(window)}
                return evolve(part, window=renumbered(window, where))
            case Moved(body=body, periods=periods):
                refs = tuple(
                    evolve(p, index=place(p.index)) for p in periods if p.index in places or p.index >= size
                )
                return evolve(part, body=moved_in(body, places, size), periods=refs)
            case Ranked(body=body, among=among, beside=beside):
                return evolve(
                    part,
                    body=moved_in(body, places, size),
                    among=tuple(evolve(r, index=place(r.index)) for r in among if r.index in places),
                    beside=tuple(evolve(r, index=place(r.index)) for r in beside if r.index in places),
                )
            case Members() | Chosen():
                inner = tuple(moved_in(p, places, size) for p in below(part))
                made = _with_below(part, inner)
                domains = []
                for domain in made.domains:
                    reached: list[Expression | None] = [None] * (made.offset - gone)
                    for index, one in enumerate(domain.reached):
                        if index in places or index >= size:
                            reached[place(index)] = one
                    domains.append(evolve(domain, reached=tuple(reached)))
                return evolve(made, offset=made.offset - gone, domains=tuple(domains))
            case _:
                return part

    found = rebuilt(formula, change)
    assert found is not None, "nothing is lost here"
    return found


def _with_below(part: Members | Chosen, inner: tuple[Expression, ...]) -> Members | Chosen:
    made = with_below(part, inner)
    assert isinstance(made, Members | Chosen), "the same sort of formula"
    return made


def member_window(bodies: Sequence[Expression], outer: int, end: int, during: Period) -> Window | None:
    """The cells that are members (keys `outer` up to `end`), each in the window around: what an unmoved aggregate of the members
    looks at. Keys from `end` on are of a `per` further inside.
    """
    for body in bodies:
        for part in every(body):
            if isinstance(part, AggregateFormula):
                found = cell_of(part.window or plain_window(part, during), outer, end)
                if found is not None:
                    return found
    return None


def domain_rows(leaf: Members | Chosen, domain: Domain, building: Building) -> Distinct:
    """The rows of the entity whose rows may be members, told apart by its keys."""
    reached = [r for r in domain.reached if r is not None]
    conditions = conjuncts(domain.where)
    node = rows(domain.home, [*domain.keys, *reached, *conditions], building.entities, building.tables)
    if conditions:
        node = Filter(source=node, conditions=conditions)
    names = Names()
    own = leaf.keys[domain.at : domain.at + len(domain.keys)]
    keys = [
        Key(name=names.take(key.name), type=expression.type, expression=expression)
        for key, expression in zip(own, domain.keys, strict=True)
    ]
    keys += [
        Key(name=names.take(f"around_{index}"), type=one.type, expression=one)
        for index, one in enumerate(domain.reached)
        if one is not None
    ]
    return Distinct(source=node, keys=tuple(keys))
