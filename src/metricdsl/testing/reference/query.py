"""A query: its groups, their cells, `fill`, `having`, order and limit."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cmp_to_key, partial
from itertools import product

from metricdsl.syntax import nodes
from metricdsl.testing.reference import tops, withholding
from metricdsl.testing.reference.aggregates import different
from metricdsl.testing.reference.calendars import SAYS, calendars, grains_of, with_periods
from metricdsl.testing.reference.comparing import compared
from metricdsl.testing.reference.context import Context, Coordinate, InPeriod, Part
from metricdsl.testing.reference.formulas import combined
from metricdsl.testing.reference.groups import Key, candidates, end_of_day
from metricdsl.testing.reference.metrics import Meaning
from metricdsl.testing.reference.names import Scope, World
from metricdsl.testing.reference.period_tables import columns_of, periods_of, said_by_table
from metricdsl.testing.reference.periods import (
    cell_of,
    cells_between,
    during,
    period_of,
)
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.rows import OF_METRICS, Data
from metricdsl.testing.reference.values import (
    OTHERS,
    WITHHELD,
    Cell,
    Refused,
    ResultTable,
    Settings,
    Table,
    Value,
    given_out,
    midnight,
    order,
    ordered,
    shown,
    true,
)


def evaluate(
    documents: Sequence[nodes.Document], query: nodes.Query, tables: Mapping[str, Table], settings: Settings
) -> ResultTable:
    """The answer to a query over definitions and tables."""
    asked = asked_of(documents, query, tables, settings)
    return asked.values() if query.values else asked.result()


def asked_of(
    documents: Sequence[nodes.Document], query: nodes.Query, tables: Mapping[str, Table], settings: Settings
) -> "Asked":
    """A query with the meaning of all that it names."""
    known = grains(documents, tables, settings)
    documents, query = with_periods(tuple(documents), known), with_periods(query, known)
    world = World(documents, tables, dict(settings.parameters))
    whole = Data(World(documents, tables), settings)  # policies know parameters by their defaults
    Meaning(whole)  # by which its rows have values that are made of other rows
    meaning = Meaning(Data(world, settings, whole))
    scope = world.query_scope(settings.package)
    return Asked(meaning, scope, query)


def grains(
    documents: Sequence[nodes.Document], tables: Mapping[str, Table], settings: Settings
) -> dict[str, str]:
    """The grains of all calendars, by their names, `fiscal.year`."""
    found: dict[str, str] = {}
    for name, declared in calendars(documents).items():
        if declared.origin is None:
            found.update(grains_of(declared))
            continue
        world = World(documents, tables)
        its = world.find((name,), world.query_scope(settings.package), nodes.CalendarDecl)
        if its is None:
            continue
        data = Data(world, settings)
        rows = world.rows_of(declared, declared.origin, its[1])
        day, columns = columns_of(declared)
        for rank, column in enumerate(columns):
            days = [(data.member(rows, day, row), data.member(rows, column, row)) for row in data.rows(rows)]
            with suppress(Refused):  # of a grain that is asked for nothing is known then
                found[f"{name}.{column}"] = f"{name}.{column}{SAYS}{said_by_table(name, rank, days)}"
    return found


class Asked:
    """A query being answered."""

    def __init__(self, meaning: Meaning, scope: Scope, query: nodes.Query) -> None:
        self.meaning = meaning
        self.settings = meaning.settings
        self.scope = scope
        self.query = query
        self.range = during(query.during, self.settings)
        where = () if query.where is None else ((query.where, scope),)
        self.start = Context(conditions=where, steps=(InPeriod("during", self.range),))  # C0
        self.columns = compared(meaning, query, scope, self.range)
        self.parts = [tops.part_of(meaning, g, scope, self._named(), self.start) for g in query.by]

    # ------------------------------------------------------------ groups

    def result(self) -> ResultTable:
        if not self.columns:
            raise Refused("nothing is asked")
        groups = self.groups()
        if self.query.fill:
            groups = different([*groups, *self.filled(groups)])
        kept = [g for g in groups if self.query.having is None or true(self._having(self.query.having, g))]
        hidden = [self._withheld(c.value, self.scope, groups) for c in self.columns]
        if self.query.having is not None:
            few = self._withheld(self.query.having, self._named(), groups)
            kept = [g for g in kept if g not in few]
        rows = [
            (
                *g,
                *(
                    WITHHELD if g in few else self._cell(c, g)
                    for c, few in zip(self.columns, hidden, strict=True)
                ),
            )
            for g in kept
        ]
        unseen = {k.name: self._withheld(k.name, self.scope, groups) for k in self.query.sort}
        ordered = self._sorted(rows, kept, unseen)[: self.query.limit]
        names = (*map(_name, self.query.by), *map(_name, self.columns))
        return ResultTable(names, tuple(tuple(map(self._given_out, range(len(row)), row)) for row in ordered))

    def _given_out(self, index: int, value: Value) -> Value:
        if value is None and index < len(self.parts) and self.parts[index].best is not None:
            return OTHERS
        return given_out(value)

    def context(self, group: Key) -> Context:
        """C0 + k."""
        return self.start.into(self.parts, group)

    def groups(self) -> list[Key]:
        """The groups in which some column is there and lives; without `by`, the one group."""
        formulas = [(column.value, self.scope) for column in self.columns]
        found = candidates(self.meaning, formulas, self.start, self.parts)
        if not self.parts:
            return [()]
        return [k for k in found if any(self.meaning.is_there(f, s, self.context(k)) for f, s in formulas)]

    def _cell(self, column: nodes.QueryColumn, group: Key) -> Value:
        """The column in the context of a group."""
        return self.meaning.value(column.value, self.scope, self.context(group))

    def _withheld(self, formula: nodes.Expr, scope: Scope, groups: Sequence[Key]) -> list[Key]:
        """The groups in which the result of a formula is withheld."""
        least = withholding.minimum(self.meaning, formula, scope)
        if least < 2 or not groups:
            return []
        numbers = [withholding.reads(self.meaning, formula, scope, self.context(g)) for g in groups]
        marks = withholding.withheld(groups, numbers, least)
        return [g for g, mark in zip(groups, marks, strict=True) if mark]

    # ------------------------------------------------------------ fill

    def filled(self, groups: Sequence[Key]) -> list[Key]:
        """The groups that `fill` adds: each combination of the other dimensions found, in each cell of the range."""
        periods = [i for i, g in enumerate(self.query.by) if self._period_grain(g)]
        if not periods:
            raise Refused("fill needs a period to fill")
        grains = [self._period_grain(self.query.by[i]) for i in periods]
        choices = [
            self._cells(str(grain), [g[i] for g in groups]) for i, grain in zip(periods, grains, strict=True)
        ]
        others = different([tuple(v for i, v in enumerate(g) if i not in periods) for g in groups])
        found = []
        for cells in product(*choices):
            period = self.range
            for cell in cells:
                period = period_of(cell).cut_to(period)
            if not period.empty:
                found += [_merged(periods, cells, other, len(self.query.by)) for other in others]
        return found

    def _period_grain(self, grouping: nodes.Grouping) -> str | None:
        """The grain of a grouping that is the period of every aggregate of the query."""
        part = Part(grouping.value, self.scope)
        if isinstance(grouping.value, nodes.Call) and grouping.value.function == "top":
            return None
        if part.grain is not None:
            return part.grain
        coordinate = Coordinate(grouping.value, self.scope)
        grains = {
            self.meaning.own_grain(aggregate, coordinate)
            for column in self.columns
            for aggregate, _ in self.meaning.leaves(column.value, self.scope, self.start)
        }
        return grains.pop() if len(grains) == 1 else None

    def _cells(self, grain: str, found: Sequence[Cell | None]) -> list[Cell]:
        """The cells of the range up to today, or without a range those from the first found to the last."""
        known = sorted((c for c in found if c is not None), key=lambda c: midnight(c.start))
        first, last = (known[0], known[-1]) if known else (None, None)
        of_table = periods_of(grain)
        if of_table is not None:
            found_first = None if first is None else first.start
            start = found_first if self.range.start is None else self.range.start.date()
            end = None if self.range.end is None else self.range.end.date()
            cells = [Cell(grain, day) for day in of_table.meeting(start, end) if day <= self.settings.today]
            if self.range.start is None:
                cells = [c for c in cells if last is not None and c.start <= last.start]
            return cells
        if self.range.start is not None:
            first = cell_of(self.range.start, grain, self.settings)
            last_moment = end_of_day(self.settings.today)
            if self.range.end is not None:
                last_moment = min(self.range.end - timedelta(microseconds=1), last_moment)
            last = cell_of(last_moment, grain, self.settings)
        if first is None or last is None:
            return []
        return [c for c in cells_between(first, last) if midnight(c.start).date() <= self.settings.today]

    # ------------------------------------------------------------ having, sort

    def _having(self, formula: nodes.Expr, group: Key) -> Value:
        """The condition in the context of a group; outside of its aggregates a grouping's name is the group's value."""
        for grouping, part, value in zip(self.query.by, self.parts, group, strict=True):
            named = isinstance(formula, nodes.Name) and formula.text == grouping.name
            if named or formula == part.formula:
                return value
        if isinstance(formula, nodes.Name | nodes.InContext) or self._is_of_metrics(formula):
            return self.meaning.value(formula, self._named(), self.context(group))
        return combined(formula, partial(self._having, group=group), self.settings)

    def _is_of_metrics(self, formula: nodes.Expr) -> bool:
        """Whether a formula is a call of an aggregate, a function of context or a `define`."""
        if not isinstance(formula, nodes.Call):
            return False
        if formula.function in OF_METRICS or formula.function in {"convert_unit", "business_time"}:
            return True
        return self.meaning.world.defined(formula, self.scope) is not None

    def _named(self) -> Scope:
        """The scope of `having`: named columns by name, and those that `compare` adds."""
        added = {c.text: (c.value, self.scope) for c in self.columns if c not in self.query.columns}
        named = {c.name: (c.value, self.scope) for c in self.query.columns if c.name is not None}
        return replace(self.scope, bindings={**added, **named})

    def _sorted(
        self, rows: Sequence[Key], groups: Sequence[Key], unseen: Mapping[nodes.Name, Sequence[Key]]
    ) -> list[Key]:
        """The rows by the sort keys, then by all groupings upwards; a key that is no column may be withheld in some groups."""
        keys = [
            (tuple(self._sort_value(k.name, row, group, unseen) for k in self.query.sort), row)
            for row, group in zip(rows, groups, strict=True)
        ]

        def compared(a: tuple[Key, Key], b: tuple[Key, Key]) -> int:
            for key, x, y in zip(self.query.sort, a[0], b[0], strict=True):
                if found := order(shown(x), shown(y), descending=key.descending):
                    return found
            one, other = (
                [tops.place(self.parts, i, v) for i, v in enumerate(row[: len(self.query.by)])]
                for row in (a[1], b[1])
            )
            return ordered(one, other)

        return [row for _, row in sorted(keys, key=cmp_to_key(compared))]

    def _sort_value(
        self, name: nodes.Name, row: Key, group: Key, unseen: Mapping[nodes.Name, Sequence[Key]]
    ) -> Value:
        columns: list[nodes.Grouping | nodes.QueryColumn] = [*self.query.by, *self.columns]
        for place, column in enumerate(columns):
            if name.text == _name(column) or (
                isinstance(column.value, nodes.Name) and column.value.text == name.text
            ):
                return None if row[place] is WITHHELD else tops.place(self.parts, place, row[place])
        if group in unseen.get(name, ()):
            return None
        return self.meaning.value(name, self.scope, self.context(group))

    # ------------------------------------------------------------ values

    def values(self) -> ResultTable:
        """`values d where φ`: the different values of dimensions of one entity."""
        asked = self.query
        if asked.columns or asked.by or asked.having or asked.during or asked.fill or asked.compare:
            raise Refused("values stands alone, with where, sort and limit")
        world, data = self.meaning.world, self.meaning.data
        first = next((n for g in asked.values for n, _ in data.names(g.value, self.scope)), None)
        found = world.entity(first.parts, self.scope) if first else None
        if found is None:
            raise Refused("values of which entity?")
        place = Place(self.scope, found[0], inside=False)
        rows = [
            r for r in data.rows(found[0]) if asked.where is None or true(data.value(asked.where, r, place))
        ]
        wanted = different([tuple(data.value(g.value, r, place) for g in asked.values) for r in rows])
        as_grouped = Asked(
            self.meaning, self.scope, nodes.Query(span=asked.span, by=asked.values, sort=asked.sort)
        )
        kept = as_grouped._sorted(wanted, wanted, {})[: asked.limit]
        return ResultTable(tuple(map(_name, asked.values)), tuple(tuple(map(given_out, row)) for row in kept))


def _name(column: nodes.Grouping | nodes.QueryColumn) -> str:
    return column.name if column.name is not None else column.text


def _merged(places: Sequence[int], cells: Sequence[Cell], other: Key, size: int) -> Key:
    """A group from its periods and its other dimensions, each at its place."""
    periods, rest = iter(cells), iter(other)
    return tuple(next(periods) if place in places else next(rest) for place in range(size))
