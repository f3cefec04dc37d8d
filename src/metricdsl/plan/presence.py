"""Which groups of a frame are there: those in which a formula of its own has a row."""

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Chosen, Expression, GroupingRef, Members, Moved
from metricdsl.model.parts import every, rebuilt
from metricdsl.model.period import day_of
from metricdsl.plan.building import Building, Frame, simplest
from metricdsl.plan.expressions import Leaf, bringing, existence, present_leaf
from metricdsl.plan.measures import Present
from metricdsl.plan.windows import unmoved


def present_by(output: Expression, frame: Frame, building: Building) -> Present:
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


def _later(output: Expression, frame: Frame, building: Building) -> bool:
    """Whether a group of a formula may begin after today without a row of its own there."""
    end = building.during.end
    if end is not None and day_of(end) <= building.setting.today:
        return False
    start = building.during.start
    begun = start is None or day_of(start) <= building.setting.today
    if begun and not any(key.grain for key in frame.keys):
        return False
    return any(
        isinstance(part, Moved) or (isinstance(part, AggregateFormula) and part.open is not None)
        for part in every(output)
    )


def _stripped(leaf: Leaf, moves: int, building: Building) -> Leaf | None:
    """The leaf without time functions; None for what is open, which has no rows of its own."""
    if isinstance(leaf, AggregateFormula):
        if leaf.open is not None:
            return None
        if leaf.window is None:
            return leaf
        bare = evolve(leaf, window=unmoved(leaf.window, moves, building.setting))
        return simplest(bare, building.during)
    inner = leaf.body if isinstance(leaf, Members) else leaf.having
    if any(isinstance(part, AggregateFormula) and part.open is not None for part in every(inner)) and all(
        part.open is not None for part in every(inner) if isinstance(part, AggregateFormula)
    ):
        return None

    def change(part: Expression) -> Expression:
        match part:
            case AggregateFormula(window=window) if window is not None:
                bare = evolve(part, window=unmoved(window, moves, building.setting))
                return simplest(bare, building.during)
            case Moved(body=body):  # what is changed is not looked into again, and its body may be moved too
                found = rebuilt(body, change)
                assert found is not None, "nothing is lost here"
                return found
            case _:
                return part

    found = rebuilt(leaf, change)
    assert isinstance(found, Members | Chosen), "the same sort of formula"
    return found


def periods_of(frame: Frame) -> tuple[GroupingRef, ...]:
    """The keys of a frame that are periods."""
    return tuple(GroupingRef(type=key.type, index=index) for index, key in enumerate(frame.keys) if key.grain)
