"""The context an aggregate is evaluated in: what filters it, what it is grouped by, in which periods it looks."""

from collections.abc import Sequence

from metricdsl.model.formula import Aggregate, Expression, PeriodKey, Stock, Stretch
from metricdsl.model.parts import conjuncts
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Grouping
from metricdsl.model.types import ValueType
from metricdsl.model.window import CellWindow, FixedWindow, Window, cell_keys, fixed, has_moved, in_cells
from metricdsl.plan.windows import moved_part
from metricdsl.value import frozen


@frozen(kw_only=True)
class Key:
    """A column by which rows are grouped: a row expression, or the start of the `grain` cell that it falls in.

    With `window` it is the cell of a window that the row was found for, whatever cell it falls in itself.
    """

    name: str
    type: ValueType
    expression: Expression | None = None
    grain: str | None = None
    window: bool = False

    @property
    def row(self) -> Expression:
        """The row expression of a key that is one."""
        assert self.expression is not None, "a key of a window is no value of a row"
        return self.expression


@frozen(kw_only=True)
class Context:
    """One aggregate's context. Every aggregate has one; whoever changes a context makes a new one.

    `filters` are row conditions of the home, all of which hold. `coordinates` are the groupings that are kept, each as
    the home calculates it. `periods` is the fixed period, if there is one, and `time` the aggregate's own time, None where no
    period of the context asks for it. `window` is what rows are looked for in where that is more than the fixed period and
    their own cells. `frame` names the keys that windows speak of.
    """

    filters: tuple[Expression, ...] = ()
    coordinates: tuple[Key, ...] = ()
    periods: tuple[Period, ...] = ()
    time: Expression | None = None
    window: Window | None = None
    stock: Stock | None = None
    open: Stretch | None = None
    spread: Stretch | None = None
    frame: tuple[Grouping, ...] = ()

    @property
    def reads_each_row_by_itself(self) -> bool:
        """Whether a row counts for what it says, not for what window it lies in, which of several dates it has, how long it is open."""
        return all(one is None for one in (self.window, self.stock, self.open, self.spread))


def context_of(aggregate: Aggregate, groupings: Sequence[Grouping], during: Period) -> Context:
    """The context in which a frame evaluates one of its aggregates."""
    stretched = aggregate.open is not None or aggregate.spread is not None
    window = aggregate.window
    if window is not None:
        during = fixed(window)
        window = window if stretched else moved_part(window)
    cells: set[int] = set()
    if stretched and window is None:
        window = plain_window(aggregate, during)
    if window is not None and (has_moved(window) or (stretched and isinstance(window, CellWindow))):
        cells = set(cell_keys(window))
    elif not stretched:
        window = None
    keys = tuple(
        _key(grouping, key, aggregate, window=index in cells)
        for index, (grouping, key) in enumerate(zip(groupings, aggregate.keys, strict=True))
        if key is not None
    )
    bounded = during != ALL_TIME and window is None
    timed = bounded or window is not None or any(isinstance(key, PeriodKey) for key in aggregate.keys)
    timed = timed or aggregate.stock is not None
    return Context(
        filters=conjuncts(aggregate.where),
        coordinates=keys,
        periods=(during,) if bounded else (),
        time=aggregate.time if timed else None,
        window=window,
        stock=aggregate.stock,
        open=aggregate.open,
        spread=aggregate.spread,
        frame=tuple(groupings) if window is not None else (),
    )


def plain_window(aggregate: Aggregate, during: Period) -> Window:
    """The window of an aggregate in the context of the question itself."""
    periods = [(index, key.grain) for index, key in enumerate(aggregate.keys) if isinstance(key, PeriodKey)]
    return in_cells(periods, FixedWindow(period=during))


def _key(grouping: Grouping, key: Expression | PeriodKey, aggregate: Aggregate, *, window: bool) -> Key:
    if window:
        return Key(name=grouping.name, type=grouping.type, grain=grouping.grain, window=True)
    if isinstance(key, PeriodKey):
        assert aggregate.time is not None, (
            "a period is asked of an aggregate without time: analysis refuses it"
        )
        return Key(name=grouping.name, type=grouping.type, expression=aggregate.time, grain=key.grain)
    return Key(name=grouping.name, type=grouping.type, expression=key)
