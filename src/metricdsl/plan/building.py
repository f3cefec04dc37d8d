"""What the frames of one plan share, and formulas with their windows worked out."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import define, evolve, field

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import (
    Call,
    Chosen,
    Constant,
    Detached,
    Expression,
    Members,
    Moved,
    PeriodBound,
    PeriodKey,
    Ranked,
)
from metricdsl.model.parts import below, every, rebuilt
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Grouping
from metricdsl.model.types import BOOLEAN
from metricdsl.model.window import CellWindow, MovedWindow, Window, cell_keys
from metricdsl.plan.context import plain_window
from metricdsl.plan.names import Names
from metricdsl.plan.rows import Tables
from metricdsl.plan.windows import holds_nothing, resolved
from metricdsl.value import frozen


@define(eq=False)
class Building:
    """A plan in the making: what all of its frames share."""

    entities: Mapping[str, Entity]
    setting: Setting
    tables: Tables
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
            case AggregateFormula() | PeriodBound():
                return _resolved(part, building)
            case Moved(body=body, move=move) if move.kind == "opening":
                if all(window is not None and holds_nothing(window) for window in _windows(body, building)):
                    return Constant(type=part.type, value=None, span=part.span)
                return evolve(part, body=settled(body, building))
            case Members(every=True, keys=keys, body=body, having=having, offset=at) if any(
                k.grain for k in keys
            ):
                chosen = None if having is None else settled(having, building)
                members = range(at, at + len(keys))
                return evolve(part, body=_with_windows(body, members, building), having=chosen)
            case _:
                return part

    return _changed(formula, change)


def _windows(body: Expression, building: Building, moves: int = 0) -> Iterator[Window | None]:
    """The windows that a moved formula is looked at in, as its aggregates tell them: without the moves inside it."""
    match body:
        case AggregateFormula(window=window) | PeriodBound(window=window):
            for _ in range(moves):
                while isinstance(window, CellWindow):
                    window = window.within
                window = window.of if isinstance(window, MovedWindow) else window
            yield None if window is None else resolved(window, building.setting)
        case _:
            inside = moves + isinstance(body, Moved)
            for part in below(body):
                yield from _windows(part, building, inside)


def _with_windows(body: Expression, members: range, building: Building) -> Expression:
    """The formula of all members, settled: the cells that are members are known by the windows of its aggregates, which stay
    beside it where none of those that have such a window is left of it.
    """
    inner = settled(body, building)
    if _has_cells(inner, members) or not _has_cells(body, members):
        return inner
    unasked = _changed(body, lambda part: _resolved(part, building))
    never = Constant(type=BOOLEAN, value=False)
    return Call(type=inner.type, function="if", arguments=(never, unasked, inner))


def _has_cells(formula: Expression, members: range) -> bool:
    """Whether some aggregate looks at the cells of members, which are keys of these numbers."""
    return any(isinstance(part, AggregateFormula) and _looks_at(part, members) for part in every(formula))


def _looks_at(part: AggregateFormula, members: range) -> bool:
    if part.window is None:
        return any(isinstance(key, PeriodKey) for key in part.keys[members.start : members.stop])
    return any(key in members for key in cell_keys(part.window))


def _resolved(part: Expression, building: Building) -> Expression:
    match part:
        case AggregateFormula(window=window) if window is not None:
            return simplest(evolve(part, window=resolved(window, building.setting)), building.during)
        case PeriodBound(window=window) if window is not None:
            return evolve(part, window=resolved(window, building.setting))
        case _:
            return part


def _changed(formula: Expression, change: Callable[[Expression], Expression]) -> Expression:
    found = rebuilt(formula, change)
    assert found is not None, "nothing is lost here"
    return found


def simplest(leaf: AggregateFormula, during: Period) -> AggregateFormula:
    """The aggregate without a window, where that is the period of the question itself."""
    return evolve(leaf, window=None) if leaf.window == plain_window(leaf, during) else leaf
