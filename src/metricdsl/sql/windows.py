"""Windows as SQL: a step with a row for each cell of a frame, and in it from when to when is looked.

    windows: month      | begins     | ends             trailing 3 months
             2026-01-01 | 2025-11-01 | 2026-02-01
             2026-02-01 | 2025-12-01 | 2026-03-01

Rows are joined to it by their time. Cells are counted from the first time that any row has to the last, or to today.
"""

from functools import partial

from attrs import evolve
from sqlglot import exp

from metricdsl.model.calendar import CLOCK, days_at_most, plain_grain
from metricdsl.model.period import Period, may_cut
from metricdsl.model.period_table import table_of
from metricdsl.model.request import Grouping
from metricdsl.model.types import DATE, TIMESTAMP, ValueType
from metricdsl.model.window import CellWindow, FixedWindow, MovedWindow, Window, begins, fixed, has_clock
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.calendar_windows import Ordinals, ordinal_grain
from metricdsl.sql.cells import CELL_ENDS, series
from metricdsl.sql.following import following
from metricdsl.sql.moves import Moves, Sql, cell_grain
from metricdsl.sql.reading import Reading
from metricdsl.sql.table_windows import Places, cells_of_table
from metricdsl.value import frozen

BEGINS, ENDS, LOOKED = "begins", "ends", "looked"


@frozen(kw_only=True)
class WindowStep:
    """The step of a window: its name, and the columns that its keys stand in."""

    name: str
    keys: dict[int, str]
    begins: bool  # whether windows begin anywhere; else they hold all that was before
    kind: ValueType = DATE  # what begins and ends are told by


def window_step(
    window: Window, frame: tuple[Grouping, ...], reading: Reading, *, looked: bool = False
) -> WindowStep:
    """The step of a window, made once for each; with `looked` it tells the end that is looked back from."""
    known: WindowStep | None = reading.windows.get((window, frame, looked))
    if known is not None:
        return known
    kind = TIMESTAMP if has_clock(window) else DATE
    making = _Making(frame, reading, Moves(reading.emit, reading.today, kind))
    query = making.query(window)
    if looked:
        query = making.with_looked(query, window)
    name = reading.steps.name("windows")
    reading.steps.add(name, query)
    made = WindowStep(name=name, keys=making.names(window), begins=begins(window), kind=making.moves.kind)
    reading.windows[window, frame, looked] = made
    return made


@frozen
class _Making:
    """A window being made: whose keys, and how its ends are moved."""

    frame: tuple[Grouping, ...]
    reading: Reading
    moves: Moves

    def names(self, window: Window) -> dict[int, str]:
        """The columns of the keys."""
        match window:
            case FixedWindow():
                return {}
            case CellWindow(key=key, within=within):
                return {**self.names(within), key: self.frame[key].name}
            case MovedWindow(of=of):
                return self.names(of)

    def query(self, window: Window) -> exp.Select:
        """One row for each cell: keys, begin, end."""
        match window:
            case FixedWindow(period=period):
                return exp.Select(
                    expressions=[
                        trees.named(self.moves.constant(period.start), BEGINS),
                        trees.named(self.moves.constant(period.end), ENDS),
                    ]
                )
            case CellWindow():
                return self._cells(window)
            case MovedWindow(of=of):
                by_ordinal = self._by_ordinal(window)
                if by_ordinal is not None:
                    return by_ordinal
                around = "around"
                since, until = self.moves.moved(window, *_ends(window.of, around))
                keys = [trees.column(name, around) for name in self.names(of).values()]
                return exp.Select(
                    expressions=[
                        *keys,
                        trees.named(since, BEGINS, always=True),
                        trees.named(until, ENDS, always=True),
                    ],
                    from_=exp.From(this=trees.derived(self.query(of), around)),
                )

    def _by_ordinal(self, window: MovedWindow) -> exp.Select | None:
        """The cells of a calendar of whole weeks, moved by its own months and years."""
        move, of = window.move, window.of
        if table_of(move.unit) is not None and move.kind in {"prior", "trailing"}:
            return self._by_table(window)
        base = ordinal_grain(of, move)
        if base is None:
            return None
        grain, back = base
        way = Ordinals(grain=grain, back=back, kind=self.moves.kind, reading=self.reading, end=fixed(of))
        keys = [*self.names(of).values()]
        if move.kind == "trailing":
            return way.trailing(self.query(of), keys, self.moves.looked(*_ends(of, "around")))
        within = plain_grain(cell_grain(of)) == "week"
        return way.prior(self.query(of), keys, open_start=not begins(of), within=within)

    def _by_table(self, window: MovedWindow) -> exp.Select:
        """The windows moved by periods that lie in a table."""
        move, of = window.move, window.of
        cells = cells_of_table(of, move.unit) or move.unit
        way = Places(
            grain=cells,
            unit=move.unit,
            back=move.amount,
            kind=self.moves.kind,
            reading=self.reading,
            end=fixed(of),
        )
        keys = [*self.names(of).values()]
        if move.kind == "trailing":
            return way.from_cell(self.query(of), keys, self.moves.looked(*_ends(of, "around")))
        return way.prior(self.query(of), keys, open_start=not begins(of), within=True)

    def with_looked(self, query: exp.Select, window: Window) -> exp.Select:
        """The query, and the end that is looked back from: today's, where the window holds today."""
        around = "around"
        names = [*self.names(window).values(), BEGINS, ENDS]
        columns: list[exp.Expression] = [trees.column(name, around) for name in names]
        columns.append(trees.named(self.moves.looked(*_ends(window, around)), LOOKED))
        return exp.Select(expressions=columns, from_=exp.From(this=trees.derived(query, around)))

    # ------------------------------------------------------------ cells

    def _cells(self, window: CellWindow) -> exp.Select:
        emit = self.reading.emit
        grain, within = window.grain, window.within
        bounds = _bounds(within)
        period = bounds.period
        name = series(grain, period, self.reading, whole=bounds.whole, back=bounds.back, reach=bounds.reach)
        own = self.frame[window.key].name
        cell = TIMESTAMP if grain in CLOCK else DATE

        def told(day: exp.Expression) -> exp.Expression:
            return emit.beside(Operand(sql=day, type=cell), self.moves.kind).sql

        def first() -> exp.Expression:
            return told(trees.column("cell", name))

        def last() -> exp.Expression:
            if table_of(grain) is not None:
                return told(trees.column(CELL_ENDS, name))
            return told(following(emit, Operand(sql=trees.column("cell", name), type=cell), grain))

        columns: list[exp.Expression] = []
        query = exp.Select(expressions=columns, from_=exp.From(this=trees.table((name,))))
        since: Sql = first
        until: Sql = last
        if isinstance(within, FixedWindow):
            if period.start is not None and may_cut(period.start, grain, emit.week_start):
                since = partial(self.moves.greatest, since, lambda: self.moves.constant(period.start))
            if period.end is not None and may_cut(period.end, grain, emit.week_start):
                until = partial(self.moves.least, until, lambda: self.moves.constant(period.end))
        else:
            around = "around"
            inner = self.query(within)
            meets = [trees.binary(exp.LT, first(), trees.column(ENDS, around))]
            if begins(within):
                meets.append(trees.binary(exp.GT, last(), trees.column(BEGINS, around)))
                since = partial(self.moves.greatest, since, lambda: trees.column(BEGINS, around))
            until = partial(self.moves.least, until, lambda: trees.column(ENDS, around))
            columns += [trees.column(key, around) for key in self.names(within).values()]
            query.set("joins", [exp.Join(this=trees.derived(inner, around), on=trees.all_of(meets))])
        columns += [
            trees.named(trees.column("cell", name), own, always=True),
            trees.named(since(), BEGINS, always=True),
            trees.named(until(), ENDS, always=True),
        ]
        query.set("expressions", columns)
        return query


def _ends(window: Window, around: str) -> tuple[Sql | None, Sql]:
    """The ends of a window that stands in a relation."""
    begin = (lambda: trees.column(BEGINS, around)) if begins(window) else None
    return begin, lambda: trees.column(ENDS, around)


@frozen
class _Bounds:
    """Between what the cells of a window lie: in a period, in all of the `whole` cells of it, or up to `back` days before."""

    period: Period
    whole: str | None = None
    back: int = 0
    reach: str | None = (
        None  # the grain of a table, where it is told by how many of its periods they may lie before
    )


def _bounds(window: Window) -> _Bounds:
    """Between what the cells of a window lie; one that begins nowhere has none before the first row."""
    match window:
        case FixedWindow(period=period):
            return _Bounds(period)
        case CellWindow(grain=grain, within=within):
            bounds = _bounds(within)
            return evolve(bounds, whole=bounds.whole or grain)
        case MovedWindow(of=of, move=move):
            if not begins(window):
                return _Bounds(Period())
            while move.kind == "trailing" and isinstance(of, MovedWindow) and not begins(of):
                of = of.of
            bounds = _bounds(of)
            if table_of(move.unit) is not None:
                return evolve(bounds, reach=move.unit)
            back = days_at_most(move.unit, max(move.amount, 1)) if move.unit else 0
            return evolve(bounds, back=bounds.back + back)
