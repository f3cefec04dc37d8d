"""Windows of whole weeks moved by months or years: each cell becomes the one that stands so many places before it.

    around: month      | begins     | ends            numbered: cell       | ends       | number
            2026-03-01 | 2026-03-01 | 2026-04-05                2026-02-01 | 2026-03-01 | 13
                                                                2026-03-01 | 2026-04-05 | 14

    prior 1 month:  2026-03-01 | 2026-02-01 | 2026-03-01

A window that is cut begins and ends as many days behind the beginning of a cell, or with that cell. One that would lie before the
first cell is left out.
"""

from sqlglot import exp

from metricdsl.model.calendar import days_at_most, grain_name, of_weeks, plain_grain, year_grain
from metricdsl.model.period import Period
from metricdsl.model.types import DATE, INTEGER, ValueType
from metricdsl.model.window import CellWindow, FixedWindow, Move, MovedWindow, Window
from metricdsl.model.year_rule import MONTHS, rule_of
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.cells import CELL, series
from metricdsl.sql.following import following
from metricdsl.sql.reading import Reading
from metricdsl.value import frozen

BEGINS, ENDS, NUMBER = "begins", "ends", "number"
AROUND, FIRST, SINCE, FINAL, UNTIL = "around", "first_cell", "since", "final_cell", "until"


@frozen(kw_only=True)
class Ordinals:
    """A way back by cells: of which grain, how many, and in what the cells' beginnings are told. Windows end before `end`."""

    grain: str
    back: int
    kind: ValueType
    reading: Reading
    end: Period

    def prior(self, around: exp.Select, keys: list[str], *, open_start: bool, within: bool) -> exp.Select:
        """The windows moved back. With `within` one that is not all within the cell it is moved to is left out."""
        whole = [self._same(self._column(AROUND, ENDS), self._column(FINAL, ENDS))]
        joins = [*self._cells(FINAL, self._last_day()), self._back(FINAL, UNTIL)]
        since: exp.Expression = self.reading.emit.null(self.kind)
        where = None
        if not open_start:
            begins = self._column(AROUND, BEGINS)
            joins += [*self._cells(FIRST, begins), self._back(FIRST, SINCE)]
            whole.append(self._same(self._column(AROUND, BEGINS), self._column(FIRST, CELL)))
            since = self._after(SINCE, self._passed(FIRST, self._column(AROUND, BEGINS)))
            if within:
                where = trees.binary(exp.LT, since.copy(), self._column(SINCE, ENDS))
        query = self._from(around, joins)
        all_whole = trees.all_of(whole)
        assert all_whole is not None, "the end is always looked at"
        until = trees.case([(all_whole, self._column(UNTIL, ENDS))], self._cut(self._column(AROUND, ENDS)))
        query.set("expressions", self._columns(keys, since, until))
        if where is not None:
            query.set("where", exp.Where(this=where))
        return query

    def trailing(self, around: exp.Select, keys: list[str], looked: exp.Expression) -> exp.Select:
        """From so many cells before the end that is looked back from, or from the first cell there is, to that end."""
        last = self._days(looked.copy(), -1)
        joins = [*self._cells(FINAL, last), self._back(FINAL, UNTIL, side="LEFT")]
        at_end = self._same(looked.copy(), self._column(FINAL, ENDS))
        start = trees.case([(at_end, self._column(UNTIL, ENDS))], self._cut(looked.copy()))
        least = exp.Select(
            expressions=[exp.Min(this=trees.column(CELL))], from_=exp.From(this=trees.table((self._step(),)))
        )
        since = exp.Coalesce(this=start, expressions=[exp.Subquery(this=least)])
        query = self._from(around, joins)
        query.set("expressions", self._columns(keys, since, looked))
        return query

    # ------------------------------------------------------------ cells

    def _step(self) -> str:
        """The step of the cells with their numbers."""
        key = (self.grain, self.back, self.end, self.kind)
        known: str | None = self.reading.windows.get(key)
        if known is not None:
            return known
        years = year_grain(self.grain)
        before = days_at_most(self.grain, self.back)
        cells = series(self.grain, Period(None, self.end.end), self.reading, whole=years, back=before)
        cell = Operand(sql=trees.column(CELL, cells), type=DATE)
        ends = following(self.reading.emit, cell, self.grain)
        number = exp.Window(
            this=exp.Anonymous(this="ROW_NUMBER", expressions=[]),
            order=exp.Order(expressions=[trees.ordered(trees.column(CELL, cells))]),
            over="OVER",
        )
        query = exp.Select(
            expressions=[
                trees.named(self._told(cell.again()), CELL, always=True),
                trees.named(self._told(ends), ENDS, always=True),
                trees.named(number, NUMBER, always=True),
            ],
            from_=exp.From(this=trees.table((cells,))),
        )
        name = self.reading.steps.name("numbered")
        self.reading.steps.add(name, query)
        self.reading.windows[key] = name
        return name

    def _told(self, day: exp.Expression) -> exp.Expression:
        return self.reading.emit.beside(Operand(sql=day, type=DATE), self.kind).sql

    def _cells(self, alias: str, day: exp.Expression) -> list[exp.Join]:
        """The cell that a day lies in."""
        on = [
            trees.binary(exp.LTE, self._column(alias, CELL), day),
            trees.binary(exp.LT, day.copy(), self._column(alias, ENDS)),
        ]
        return [exp.Join(this=trees.table((self._step(),), alias), on=trees.all_of(on))]

    def _back(self, alias: str, target: str, side: str | None = None) -> exp.Join:
        """The cell so many places before."""
        place = trees.binary(exp.Sub, self._column(alias, NUMBER), trees.number(self.back))
        on = self._same(self._column(target, NUMBER), place)
        join = exp.Join(this=trees.table((self._step(),), target), on=on)
        if side is not None:
            join.set("side", side)
        return join

    # ------------------------------------------------------------ small pieces

    def _from(self, around: exp.Select, joins: list[exp.Join]) -> exp.Select:
        query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(around, AROUND)))
        query.set("joins", joins)
        return query

    def _columns(self, keys: list[str], since: exp.Expression, until: exp.Expression) -> list[exp.Expression]:
        return [
            *(trees.column(key, AROUND) for key in keys),
            trees.named(since, BEGINS, always=True),
            trees.named(until, ENDS, always=True),
        ]

    def _column(self, alias: str, name: str) -> exp.Expression:
        return trees.column(name, alias)

    def _same(self, one: exp.Expression, other: exp.Expression) -> exp.Expression:
        return trees.binary(exp.EQ, one, other)

    def _last_day(self) -> exp.Expression:
        return self._days(self._column(AROUND, ENDS), -1)

    def _cut(self, end: exp.Expression) -> exp.Expression:
        """An end as far behind the beginning of the cell it is moved to, or that cell's."""
        moved = self._after(UNTIL, self._passed(FINAL, end))
        later = trees.binary(exp.GT, moved, self._column(UNTIL, ENDS))
        return trees.case([(later, self._column(UNTIL, ENDS))], moved.copy())

    def _passed(self, alias: str, moment: exp.Expression) -> Operand:
        """How many days after the beginning of a cell."""
        emit = self.reading.emit
        ends = [Operand(sql=sql, type=self.kind) for sql in (self._column(alias, CELL), moment)]
        return emit.call("days_between", *ends, result=INTEGER)

    def _after(self, alias: str, days: Operand) -> exp.Expression:
        emit = self.reading.emit
        cell = emit.call("date", Operand(sql=self._column(alias, CELL), type=self.kind), result=DATE)
        return self._told(emit.call("days_later", cell, days, result=DATE).sql)

    def _days(self, moment: exp.Expression, number: int) -> exp.Expression:
        """The day some days later; of a moment on the clock the day it is on."""
        emit = self.reading.emit
        day = emit.call("date", Operand(sql=moment, type=self.kind), result=DATE)
        count = Operand(sql=trees.number(number), type=INTEGER)
        return self._told(emit.call("days_later", day, count, result=DATE).sql)


def ordinal_grain(window: Window, move: Move) -> tuple[str, int] | None:
    """In which cells of a calendar of whole weeks a move counts, and how many; None where it goes by the clock or the plain year."""
    grain = _of_calendar(window)
    rule = None if grain is None else rule_of(grain)
    if grain is None or rule is None or move.unit not in MONTHS or move.kind not in {"prior", "trailing"}:
        return None
    by_year = rule.weeks is None or plain_grain(grain) == "week"
    part = "year" if by_year else "month"
    number = move.amount * MONTHS[move.unit] // MONTHS[part]
    return rule.grain(grain_name(grain).rpartition(".")[0], part), number


def _of_calendar(window: Window) -> str | None:
    """The grain of the innermost cell, where that is one of whole weeks of a calendar."""
    match window:
        case FixedWindow():
            return None
        case CellWindow(grain=grain):
            return grain if of_weeks(grain) else None
        case MovedWindow(of=of):
            return _of_calendar(of)
