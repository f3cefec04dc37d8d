"""Windows moved, as SQL: the ends that a time function makes of the ends of a period.

prior(…, 1 year):  begins 2026-02-01, ends 2026-03-01    →   begins 2025-02-01, ends 2025-03-01
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from sqlglot import exp

from metricdsl.model.calendar import CLOCK, months_of
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, INTEGER, TEXT, TIMESTAMP, ValueType
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window
from metricdsl.model.year_rule import MONTHS, rule_of
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.following import following, length
from metricdsl.value import frozen

Sql: TypeAlias = Callable[[], exp.Expression]
"""Makes a new tree each time."""


@frozen
class Moves:
    """What moves windows: counted in days or on the clock, by its kind."""

    emit: Emitter
    today: date
    kind: ValueType

    def moved(
        self, window: MovedWindow, begin: Sql | None, until: Sql
    ) -> tuple[exp.Expression, exp.Expression]:
        """The ends of a moved window, made of those of the window before; one that begins nowhere has none there."""
        move, of = window.move, window.of
        open_start = begin is None
        since: Sql = begin or exp.Null

        match move.kind:
            case "prior":
                return self._prior(of, move, since, until, open_start=open_start)
            case "trailing":
                start = self._add(self.looked(begin, until), move, -1)
                return start, self.looked(begin, until)
            case "to_date":
                last = since() if self.kind is TIMESTAMP else self._days(until(), -1)
                return self._start_of(last, move.unit), until()
            case "running":
                return self._null(), until()
            case "opening":  # before what begins nowhere there is nothing
                return self._null(), self.constant(date.min) if begin is None else begin()
            case "at_start":
                grain = cell_grain(of)
                start = self._first_of(since(), move.unit, grain)
                again = self._first_of(since(), move.unit, grain)
                return start, following(self.emit, Operand(sql=again, type=self.kind), grain)
            case _:
                return since(), until()

    def _prior(
        self,
        of: Window,
        move: Move,
        since: Sql,
        until: Sql,
        *,
        open_start: bool,
    ) -> tuple[exp.Expression, exp.Expression]:
        if move.unit not in MONTHS:
            start = self._null() if open_start else self._add(since(), move, -1)
            return start, self._add(until(), move, -1)
        if cell_grain(of) in CLOCK:
            moved = self._add(since(), move, -1)
            again = Operand(sql=self._add(since(), move, -1), type=self.kind)
            return moved, following(self.emit, again, cell_grain(of))
        shifted = self._null() if open_start else self._add(since(), move, -1)
        last = self._days(self._add(self._days(until(), -1), move, -1), 1)
        if _whole_months(of):
            return shifted, self._add(until(), move, -1)
        if cell_grain(of) == "day":
            return shifted, last
        tests = [trees.binary(exp.EQ, self._day_of_month(until()), trees.number(1))]
        if not open_start:
            tests.append(trees.binary(exp.EQ, self._day_of_month(since()), trees.number(1)))
        whole = trees.all_of(tests)
        assert whole is not None, "there are tests"
        return shifted, trees.case([(whole, self._add(until(), move, -1))], last)

    def looked(self, begin: Sql | None, until: Sql) -> exp.Expression:
        """The end of the window, or the end of today where the window holds today."""
        tomorrow = self.today + timedelta(days=1)
        least = self.least(until, lambda: self.constant(tomorrow))
        if begin is None:
            return least
        later = trees.binary(exp.GTE, begin(), self.constant(tomorrow))
        return trees.case([(later, until())], least)

    # ------------------------------------------------------------ small pieces

    def constant(self, bound: date | None) -> exp.Expression:
        """A fixed end."""
        if bound is None:
            return self._null()
        return self.emit.constant(bound, self.kind).sql

    def _null(self) -> exp.Expression:
        return self.emit.null(self.kind)

    def least(self, one: Sql, other: Sql) -> exp.Expression:
        """The earlier of two moments."""
        return trees.case([(trees.binary(exp.LT, one(), other()), one())], other())

    def greatest(self, one: Sql, other: Sql) -> exp.Expression:
        """The later of two moments."""
        return trees.case([(trees.binary(exp.GT, one(), other()), one())], other())

    def _add(self, sql: exp.Expression, move: Move, sign: int) -> exp.Expression:
        emit = self.emit
        amount = length(emit, move.unit, sign * move.amount)
        return emit.call("add", Operand(sql=sql, type=self.kind), amount, result=self.kind).sql

    def _days(self, sql: exp.Expression, number: int) -> exp.Expression:
        return self._add(sql, Move(kind="prior", amount=1, unit="day"), number)

    def _start_of(self, sql: exp.Expression, grain: str) -> exp.Expression:
        emit = self.emit
        type_ = TIMESTAMP if grain in CLOCK else DATE
        found = emit.call(
            "start_of", Operand(sql=sql, type=self.kind), emit.constant(grain, TEXT), result=type_
        )
        return emit.beside(found, self.kind).sql

    def _first_of(self, sql: exp.Expression, unit: str, grain: str) -> exp.Expression:
        """The start of the first cell of a grain in that of a unit; those of a table may begin behind it."""
        start = self._start_of(sql, unit)
        if table_of(grain) is None or unit == grain:
            return start
        day = self.emit.call("date", Operand(sql=start, type=self.kind), result=DATE)
        found = self.emit.call("first_from", day, self.emit.constant(grain, TEXT), result=DATE)
        return self.emit.beside(found, self.kind).sql

    def _day_of_month(self, sql: exp.Expression) -> exp.Expression:
        return self.emit.call("day_of_month", Operand(sql=sql, type=self.kind), result=INTEGER).sql


def cell_grain(window: Window) -> str:
    """The grain of the cell that a window is made of, the innermost; "" where it is none."""
    match window:
        case FixedWindow():
            return ""
        case CellWindow(grain=grain):
            return grain
        case MovedWindow(of=of, move=move):
            return cell_grain(of) if move.kind in {"prior", "at_start", "norm"} else ""


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
