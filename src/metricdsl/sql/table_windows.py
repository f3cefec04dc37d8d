"""Windows moved by periods that lie in a table: each cell becomes the one so many places before, or that of the same place in a longer one.

    of sessions, prior 1 season:   cell       | ends       | number | outer | place
                                   2025-09-01 | 2025-12-20 | 1      | 1     | 1
                                   2026-09-01 | 2026-12-19 | 3      | 2     | 1

A window that is cut begins and ends as many days behind the beginning of its cell, never behind the end of it. One without a counterpart is left out.
"""

from sqlglot import exp

from metricdsl.model.period_table import place_in_table, table_of
from metricdsl.model.window import CellWindow, FixedWindow, Window
from metricdsl.sql import trees
from metricdsl.sql.calendar_windows import ENDS, FINAL, NUMBER, UNTIL, Ordinals
from metricdsl.sql.cells import CELL
from metricdsl.value import frozen

OUTER, PLACE = "outer", "place"


@frozen(kw_only=True)
class Places(Ordinals):
    """A way back by the periods `unit` of a table, of windows that are made of its cells `grain`."""

    unit: str

    def from_cell(self, around: exp.Select, keys: list[str], looked: exp.Expression) -> exp.Select:
        """From the first day of the cell so many before that of the last day, itself one of them, to the end that is looked back from."""
        cells = Places(
            grain=self.unit,
            unit=self.unit,
            back=self.back - 1,
            kind=self.kind,
            reading=self.reading,
            end=self.end,
        )
        joins = [*cells._cells(FINAL, self._days(looked.copy(), -1)), cells._back(FINAL, UNTIL)]
        query = self._from(around, joins)
        query.set("expressions", self._columns(keys, self._column(UNTIL, CELL), looked))
        return query

    def _back(self, alias: str, target: str, side: str | None = None) -> exp.Join:
        if self.unit == self.grain:
            return super()._back(alias, target, side)
        before = trees.binary(exp.Sub, self._column(alias, OUTER), trees.number(self.back))
        on = [
            self._same(self._column(target, OUTER), before),
            self._same(self._column(target, PLACE), self._column(alias, PLACE)),
        ]
        return exp.Join(this=trees.table((self._step(),), target), on=trees.all_of(on))

    def _step(self) -> str:
        """The step of the cells, with their places in the longer ones where they are moved by these."""
        key = ("places", self.grain, self.unit, self.kind)
        known: str | None = self.reading.windows.get(key)
        if known is not None:
            return known
        emit = self.reading.emit
        own = emit.periods_of(self.grain)
        columns = [
            trees.named(self._told(trees.column(CELL, own)), CELL, always=True),
            trees.named(self._told(trees.column(ENDS, own)), ENDS, always=True),
            trees.column(NUMBER, own),
        ]
        query = exp.Select(expressions=columns, from_=exp.From(this=trees.table((own,))))
        if self.unit != self.grain:
            longer = emit.periods_of(self.unit)
            place = exp.Window(
                this=exp.Anonymous(this="ROW_NUMBER", expressions=[]),
                partition_by=[trees.column(NUMBER, longer)],
                order=exp.Order(expressions=[trees.ordered(trees.column(CELL, own))]),
                over="OVER",
            )
            columns += [trees.named(trees.column(NUMBER, longer), OUTER), trees.named(place, PLACE)]
            within = [
                trees.binary(exp.LTE, trees.column(CELL, longer), trees.column(CELL, own)),
                trees.binary(exp.LT, trees.column(CELL, own), trees.column(ENDS, longer)),
            ]
            query.set("joins", [exp.Join(this=trees.table((longer,)), on=trees.all_of(within))])
        name = self.reading.steps.name("places")
        self.reading.steps.add(name, query)
        self.reading.windows[key] = name
        return name


def cells_of_table(window: Window, unit: str) -> str | None:
    """The shortest cells of the table of a unit that a window is made of; None where it is made of none."""
    found: str | None = None
    while not isinstance(window, FixedWindow):
        if isinstance(window, CellWindow):
            same = table_of(window.grain) == table_of(unit)
            if same and (found is None or place_in_table(window.grain) < place_in_table(found)):
                found = window.grain
            window = window.within
        else:
            window = window.of
    return found
