"""Which groups of a frame are there: those in which a formula of its own has a row."""

from collections.abc import Callable, Iterator

from attrs import evolve

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Chosen, Expression, GroupingRef, Members, Moved, PeriodBound
from metricdsl.model.made_of import Leaf, bringing, existence, present_leaf
from metricdsl.model.parts import every, rebuilt
from metricdsl.model.period import day_of
from metricdsl.model.types import DATE, TIMESTAMP
from metricdsl.model.window import Window, cell_keys, fixed, has_clock, has_moved, without
from metricdsl.plan.building import Building, Frame, simplest
from metricdsl.plan.context import plain_window
from metricdsl.plan.measures import Present
from metricdsl.plan.windows import unmoved


def present_by(output: Expression, frame: Frame, building: Building) -> Present:
    """By which leaves a formula has a row in a group, and by which in one that begins after today."""
    found = existence(output)
    starts = _starts(output, frame, building) if _reads_elsewhere(output) else None
    if starts is None:
        return Present(leaves=found)
    own = tuple(
        dict.fromkeys(
            present_leaf(stripped)
            for leaf in bringing(output)
            if (stripped := _stripped(leaf, frame.moves, building)) is not None
        )
    )
    return Present(leaves=found, own=own, starts=starts)


def _reads_elsewhere(output: Expression) -> bool:
    """Whether a formula may have a row in a group in which no row lies."""
    return any(
        isinstance(part, Moved) or (isinstance(part, AggregateFormula) and part.open is not None)
        for part in every(output)
    )


def _starts(
    output: Expression, frame: Frame, building: Building
) -> tuple[GroupingRef | PeriodBound, ...] | None:
    """What tells where the period of a group begins; None where all groups have begun by today, nothing where none has."""
    window = _around(output, frame, building)
    if window is None:
        return None
    if has_moved(window):  # what is moved begins somewhere else than the group's own cells
        type = TIMESTAMP if has_clock(window) else DATE
        return (PeriodBound(type=evolve(type, nullable=True), which="start", window=window),)
    period, today = fixed(window), building.setting.today
    if period.start is not None and day_of(period.start) > today:
        return ()
    cells = cell_keys(window)
    if not cells or (period.end is not None and day_of(period.end) <= today):
        return None
    return tuple(GroupingRef(type=frame.keys[index].type, index=index) for index in cells)


def _around(output: Expression, frame: Frame, building: Building) -> Window | None:
    """The period of a group as the aggregates of a formula see it; where they differ, with the fewest cells."""
    windows = [
        _cells_of(
            unmoved(part.window or plain_window(part, building.during), frame.moves, building.setting),
            len(frame.keys),
        )
        for part in _bringing_aggregates(output)
    ]
    return min(windows, key=lambda window: len(cell_keys(window)), default=None)


def _bringing_aggregates(output: Expression) -> Iterator[AggregateFormula]:
    """The aggregates by which a formula has rows: in the context around it, whatever `total` and `during` make of that."""
    for leaf in bringing(output):
        match leaf:
            case AggregateFormula():
                yield leaf
            case Members(body=body) | Chosen(having=body):
                yield from _bringing_aggregates(body)


def _cells_of(window: Window, size: int) -> Window:
    """The window without the cells of keys that are not of the first so many: they belong to levels further inside."""
    for key in cell_keys(window):
        if key >= size:
            window = without(window, key)
    return window


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
            case Moved(body=body):
                return _changed(body, change)
            case Members(body=body, having=having):
                chosen = None if having is None else _condition(having, moves, part.moves, building)
                return evolve(part, body=_changed(body, change), having=chosen, moves=min(part.moves, moves))
            case _:
                return part

    found = _changed(leaf, change)
    assert isinstance(found, Members | Chosen), "the same sort of formula"
    return found


def _condition(having: Expression, moves: int, end: int, building: Building) -> Expression:
    """A condition on members chooses with the time functions written in it, but without those around the members."""

    def change(part: Expression) -> Expression:
        match part:
            case AggregateFormula(window=window) if window is not None:
                bare = evolve(part, window=unmoved(window, moves, building.setting, end))
                return simplest(bare, building.during)
            case Members(body=body, having=inner):
                chosen = None if inner is None else _changed(inner, change)
                return evolve(
                    part, body=_changed(body, change), having=chosen, moves=part.moves - (end - moves)
                )
            case Chosen(having=inner):
                return evolve(part, having=_changed(inner, change), moves=part.moves - (end - moves))
            case _:
                return part

    return _changed(having, change) if end > moves else having


def _changed(part: Expression, change: Callable[[Expression], Expression]) -> Expression:
    found = rebuilt(part, change)
    assert found is not None, "nothing is lost here"
    return found
