"""Windows as SQL: a step with a row for each cell of a frame, and in it from when to when is looked.

    windows: month      | begins     | ends             trailing 3 months
             2026-01-01 | 2025-11-01 | 2026-02-01
             2026-02-01 | 2025-12-01 | 2026-03-01

Rows are joined to it by their time. Cells are counted from the first time that any row has to the last, or to today.
"""

from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen
from sqlglot import exp

from metricdsl.model.calendar import CLOCK, grain_name, months_of, of_weeks, plain_grain
from metricdsl.model.period import Period, beginning
from metricdsl.model.request import Grouping
from metricdsl.model.types import DATE, INTEGER, TEXT, TIMESTAMP, ValueType
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window, fixed, has_clock
from metricdsl.model.year_rule import MONTHS, rule_of
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.calendar_windows import Ordinals
from metricdsl.sql.cells import following, length, series
from metricdsl.sql.reading import Reading

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
    making = _Making(frame, reading, TIMESTAMP if has_clock(window) else DATE)
    query = making.query(window)
    if looked:
        query = making.with_looked(query, window)
    name = reading.steps.name("windows")
    reading.steps.add(name, query)
    made = WindowStep(name=name, keys=making.names(window), begins=begins(window), kind=making.kind)
    reading.windows[window, frame, looked] = made
    return made


def begins(window: Window) -> bool:
    """Whether a window begins anywhere; else it holds all that was before its end."""
    match window:
        case FixedWindow(period=period):
            return period.start is not None
        case CellWindow():
            return True
        case MovedWindow(of=of, move=move):
            return move.kind not in {"running", "opening"} and (
                move.kind in {"trailing", "to_date"} or begins(of)
            )


@frozen
class _Making:
    """A window being made: whose keys, and whether it is counted in days or on the clock."""

    frame: tuple[Grouping, ...]
    reading: Reading
    kind: ValueType

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
                        trees.named(self._constant(period.start), BEGINS),
                        trees.named(self._constant(period.end), ENDS),
                    ]
                )
            case CellWindow():
                return self._cells(window)
            case MovedWindow(of=of):
                by_ordinal = self._by_ordinal(window)
                if by_ordinal is not None:
                    return by_ordinal
                around = "around"
                since, until = self._moved(window, around)
                keys = [trees.column(name, around) for name in self.names(of).values()]
                return exp.Select(
                    expressions=[
                        *keys,
                        trees.named(since, BEGINS, always=True),
                        trees.named(until, ENDS, always=True),
                    ],
                    from_=exp.From(this=trees.derived(self.query(of), around)),
                )

    def with_looked(self, query: exp.Select, window: Window) -> exp.Select:
        """The query, and the end that is looked back from: today's, where the window holds today."""
        around = "around"
        names = [*self.names(window).values(), BEGINS, ENDS]
        columns: list[exp.Expression] = [trees.column(name, around) for name in names]
        columns.append(trees.named(self._looked(around, begins=begins(window)), LOOKED))
        return exp.Select(expressions=columns, from_=exp.From(this=trees.derived(query, around)))

    # ------------------------------------------------------------ cells

    def _cells(self, window: CellWindow) -> exp.Select:
        emit = self.reading.emit
        grain, within = window.grain, window.within
        period = within.period if isinstance(within, FixedWindow) else _unmoved(within)
        name = series(grain, period, self.reading)
        own = self.frame[window.key].name
        cell = TIMESTAMP if grain in CLOCK else DATE

        def first() -> exp.Expression:
            return trees.column("cell", name)

        def last() -> exp.Expression:
            return following(self.reading.emit, Operand(sql=first(), type=cell), grain)

        columns: list[exp.Expression] = []
        query = exp.Select(expressions=columns, from_=exp.From(this=trees.table((name,))))
        since, until = first(), last()
        if isinstance(within, FixedWindow):
            if period.start is not None and beginning(period.start, grain, emit.week_start) != period.start:
                since = self._greatest(since, self._constant(period.start))
            if period.end is not None and beginning(period.end, grain, emit.week_start) != period.end:
                until = self._least(until, self._constant(period.end))
        else:
            around = "around"
            inner = self.query(within)
            meets = [trees.binary(exp.LT, first(), trees.column(ENDS, around))]
            if begins(within):
                meets.append(trees.binary(exp.GT, last(), trees.column(BEGINS, around)))
                since = self._greatest(since, trees.column(BEGINS, around))
            until = self._least(until, trees.column(ENDS, around))
            columns += [trees.column(key, around) for key in self.names(within).values()]
            query.set("joins", [exp.Join(this=trees.derived(inner, around), on=trees.all_of(meets))])
        columns += [
            trees.named(first(), own, always=True),
            trees.named(since, BEGINS, always=True),
            trees.named(until, ENDS, always=True),
        ]
        query.set("expressions", columns)
        return query

    # ------------------------------------------------------------ moves

    def _moved(self, window: MovedWindow, around: str) -> tuple[exp.Expression, exp.Expression]:
        move, of = window.move, window.of
        open_start = not begins(of)

        def since() -> exp.Expression:
            return exp.Null() if open_start else trees.column(BEGINS, around)

        def until() -> exp.Expression:
            return trees.column(ENDS, around)

        match move.kind:
            case "prior":
                return self._prior(of, move, since, until, open_start=open_start)
            case "trailing":
                looked = self._looked(around, begins=not open_start)
                start = self._add(looked, move, -1)
                return start, self._looked(around, begins=not open_start)
            case "to_date":
                last = since() if self.kind is TIMESTAMP else self._days(until(), -1)
                return self._start_of(last, move.unit), until()
            case "running":
                return self._null(), until()
            case "opening":
                return self._null(), since()
            case "at_start":
                start = self._start_of(since(), move.unit)
                again = self._start_of(since(), move.unit)
                grain = _cell_grain(of)
                return start, following(self.reading.emit, Operand(sql=again, type=self.kind), grain)
            case _:
                return since(), until()

    def _by_ordinal(self, window: MovedWindow) -> exp.Select | None:
        """The cells of a calendar of whole weeks, moved by its own months and years."""
        move, of = window.move, window.of
        base = ordinal_grain(of, move)
        if base is None:
            return None
        grain, back = base
        way = Ordinals(grain=grain, back=back, kind=self.kind, reading=self.reading, end=fixed(of))
        keys = [*self.names(of).values()]
        if move.kind == "trailing":
            return way.trailing(self.query(of), keys, self._looked("around", begins=begins(of)))
        within = plain_grain(_cell_grain(of)) == "week"
        return way.prior(self.query(of), keys, open_start=not begins(of), within=within)

    def _prior(
        self,
        of: Window,
        move: Move,
        since: Callable[[], exp.Expression],
        until: Callable[[], exp.Expression],
        *,
        open_start: bool,
    ) -> tuple[exp.Expression, exp.Expression]:
        if move.unit not in MONTHS:
            start = self._null() if open_start else self._add(since(), move, -1)
            return start, self._add(until(), move, -1)
        if _cell_grain(of) in CLOCK:
            moved = self._add(since(), move, -1)
            again = Operand(sql=self._add(since(), move, -1), type=self.kind)
            return moved, following(self.reading.emit, again, _cell_grain(of))
        shifted = self._null() if open_start else self._add(since(), move, -1)
        last = self._days(self._add(self._days(until(), -1), move, -1), 1)
        if _whole_months(of):
            return shifted, self._add(until(), move, -1)
        if _cell_grain(of) == "day":
            return shifted, last
        tests = [trees.binary(exp.EQ, self._day_of_month(until()), trees.number(1))]
        if not open_start:
            tests.append(trees.binary(exp.EQ, self._day_of_month(since()), trees.number(1)))
        whole = trees.all_of(tests)
        assert whole is not None, "there are tests"
        return shifted, trees.case([(whole, self._add(until(), move, -1))], last)

    def _looked(self, around: str, *, begins: bool) -> exp.Expression:
        """The end of the window, or the end of today where the window holds today."""
        tomorrow = self.reading.today + timedelta(days=1)
        least = self._least(trees.column(ENDS, around), self._constant(tomorrow))
        if not begins:
            return least
        later = trees.binary(exp.GTE, trees.column(BEGINS, around), self._constant(tomorrow))
        return trees.case([(later, trees.column(ENDS, around))], least)

    # ------------------------------------------------------------ small pieces

    def _constant(self, bound: date | None) -> exp.Expression:
        if bound is None:
            return self._null()
        return self.reading.emit.constant(bound, self.kind).sql

    def _null(self) -> exp.Expression:
        return self.reading.emit.null(self.kind)

    def _least(self, one: exp.Expression, other: exp.Expression) -> exp.Expression:
        return trees.case([(trees.binary(exp.LT, one, other), one.copy())], other.copy())

    def _greatest(self, one: exp.Expression, other: exp.Expression) -> exp.Expression:
        return trees.case([(trees.binary(exp.GT, one, other), one.copy())], other.copy())

    def _add(self, sql: exp.Expression, move: Move, sign: int) -> exp.Expression:
        emit = self.reading.emit
        amount = length(emit, move.unit, sign * move.amount)
        return emit.call("add", Operand(sql=sql, type=self.kind), amount, result=self.kind).sql

    def _days(self, sql: exp.Expression, number: int) -> exp.Expression:
        return self._add(sql, Move(kind="prior", amount=1, unit="day"), number)

    def _start_of(self, sql: exp.Expression, grain: str) -> exp.Expression:
        emit = self.reading.emit
        type_ = TIMESTAMP if grain in CLOCK else DATE
        found = emit.call(
            "start_of", Operand(sql=sql, type=self.kind), emit.constant(grain, TEXT), result=type_
        )
        return emit.cast(found.sql, TIMESTAMP) if type_ is not self.kind else found.sql

    def _day_of_month(self, sql: exp.Expression) -> exp.Expression:
        return self.reading.emit.call("day_of_month", Operand(sql=sql, type=self.kind), result=INTEGER).sql


def ordinal_grain(window: Window, move: Move) -> tuple[str, int] | None:
    """In which cells of a calendar of whole weeks a move counts, and how many; None where it goes by the clock or the plain year."""
    grain = _of_calendar(window)
    rule = None if grain is None else rule_of(grain)
    if grain is None or rule is None or move.unit not in MONTHS or move.kind not in {"prior", "trailing"}:
        return None
    by_year = rule.weeks is None or plain_grain(grain) == "week"
    part = "year" if by_year else "month"
    return rule.grain(grain_name(grain).rpartition(".")[0], part), move.amount * MONTHS[move.unit] // MONTHS[
        part
    ]


def _of_calendar(window: Window) -> str | None:
    """The grain of the innermost cell, where that is one of whole weeks of a calendar."""
    match window:
        case FixedWindow():
            return None
        case CellWindow(grain=grain):
            return grain if of_weeks(grain) else None
        case MovedWindow(of=of):
            return _of_calendar(of)


def _cell_grain(window: Window) -> str:
    match window:
        case FixedWindow():
            return ""
        case CellWindow(grain=grain):
            return grain
        case MovedWindow(of=of, move=move):
            return _cell_grain(of) if move.kind in {"prior", "at_start", "norm"} else ""


def _whole_months(window: Window) -> bool:
    """Whether a window surely begins on the first of a month and ends on the last of one."""
    match window:
        case FixedWindow(period=period):
            return all(bound is None or bound.day == 1 for bound in (period.start, period.end))
        case CellWindow(grain=grain, within=within):
            rule = rule_of(grain)
            return months_of(grain) > 0 and (rule is None or rule.day == 1) and _whole_months(within)
        case MovedWindow(of=of, move=move):
            return move.kind == "prior" and move.unit in MONTHS and _whole_months(of)


def _unmoved(window: Window) -> Period:
    """The fixed period that bounds the cells of a window, where nothing in it is moved."""
    here = window
    while not isinstance(here, FixedWindow):
        if isinstance(here, MovedWindow):
            return Period()
        here = here.within
    return here.period
