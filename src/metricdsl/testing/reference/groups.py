"""Groups and members: the keys that rows can bring, before it is asked which of them are there."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import product

from metricdsl.syntax import nodes
from metricdsl.testing.reference.aggregates import different
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate, Moved, Part, among
from metricdsl.testing.reference.functions import PARTS_OF_TIME
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Entity, Scope
from metricdsl.testing.reference.period_tables import periods_of
from metricdsl.testing.reference.periods import (
    BELOW_THE_DAY,
    GRAINS,
    Period,
    cell_of,
    cells_between,
    period_in,
    period_of,
)
from metricdsl.testing.reference.values import Cell, Refused, Row, Settings, Value, midnight, plain

Key = tuple[Value, ...]  # a value for each part
DAY = timedelta(days=1)
Ends = dict[str, Entity]  # where each part leads, for all aggregates alike


def candidates(
    meaning: Formulas,
    formulas: Sequence[tuple[nodes.Expr, Scope]],
    context: Context,
    parts: Sequence[Part],
) -> list[Key]:
    """The k that rows of the formulas can bring: for each row its own values of the dimensions, crossed with its own cell
    or, where a time function, `while` or `spread` lets it count in other periods, with all cells from the first row's to
    today's or the last row's."""
    anywhere = context.into(parts, somewhere(parts, meaning.settings))
    leaves = [leaf for f, s in formulas for leaf in meaning.leaves(f, s, anywhere)]
    for aggregate, at in leaves:
        meaning.check(aggregate, at)
    outer = meaning.plain_per(context)
    if outer is None:
        return []
    ends: Ends = {}
    span = _Span(meaning, [a for a, _ in leaves], outer)
    found: list[Key] = []
    for aggregate, at in leaves:
        if not all(_reaches(meaning, aggregate, p) for p in parts):
            continue  # `total` has dropped it, and brings no group
        for part in parts:
            _refuse_other_end(meaning, aggregate, part, ends)
        moved = aggregate.looks_back or any(isinstance(s, Moved) for s in at.steps[len(anywhere.steps) :])
        grains = [p.grain or meaning.own_grain(aggregate, Coordinate(p.formula, p.scope)) for p in parts]
        own = different(
            [
                tuple(
                    _own_value(meaning, aggregate, part, grain, row) if not (moved and grain) else None
                    for part, grain in zip(parts, grains, strict=True)
                )
                for row in meaning.data.rows(aggregate.home)
            ]
        )
        for values in own:
            choices = [
                span.cells(grain) if moved and grain else [value]
                for grain, value in zip(grains, values, strict=True)
            ]
            found += [k for k in product(*choices) if _overlap(parts, k, outer)]
    return different(found)


def somewhere(parts: Sequence[Part], settings: Settings) -> list[Value]:
    """A value for each part that stands for any: the cell of today, and null for what has no grain."""
    grains = [p.grain or _written_grain(p.formula) for p in parts]
    return [_some_cell(g, settings) if g else None for g in grains]


def _some_cell(grain: str, settings: Settings) -> Cell | None:
    """The cell of today; of a table the first."""
    of_table = periods_of(grain)
    if of_table is not None:
        return next((Cell(grain, start) for start, _ in of_table.ranges), None)
    return cell_of(end_of_day(settings.today), grain, settings)


def _written_grain(formula: nodes.Expr) -> str | None:
    match formula:
        case nodes.Name(parts=(*_, grain)) | nodes.Call(function=grain) if grain in GRAINS:
            return str(grain)
        case _:
            return None


def in_time_order(part: Part) -> bool:
    """Whether a part is a period, bare or of a column."""
    return part.grain is not None or _written_grain(part.formula) is not None


def _reaches(meaning: Formulas, aggregate: Aggregate, part: Part) -> bool:
    if part.grain is None:
        return meaning.reaches(aggregate, part.formula, part.scope)
    try:
        meaning.refuse_finer(aggregate, part.grain)
    except Refused:
        return False
    return True


def _refuse_other_end(meaning: Formulas, aggregate: Aggregate, part: Part, ends: Ends) -> None:
    """Refuses a dimension that two aggregates reach at different entities."""
    if part.grain is None and isinstance(part.formula, nodes.Name) and part.formula.text not in PARTS_OF_TIME:
        end = meaning.located(aggregate, part.formula, part.scope).entity
        if ends.setdefault(part.formula.text, end) is not end:
            raise Refused(f"{part.formula.text} leads to different entities")


def _own_value(meaning: Formulas, aggregate: Aggregate, part: Part, grain: str | None, row: Row) -> Value:
    """The value of a part for a row: of a period, the cell of the aggregate's own time."""
    if grain is None:
        return among(part.best, meaning.outside(aggregate, part.formula, part.scope, row))
    assert aggregate.time is not None
    return cell_of(meaning.data.moment(aggregate.time, row), grain, meaning.settings)


class _Span:
    """All cells of a period between the first row of some aggregates and today, or their last row."""

    def __init__(self, meaning: Formulas, aggregates: Sequence[Aggregate], outer: Period) -> None:
        self._outer = outer
        self._meaning = meaning
        self._aggregates = aggregates
        self._cells: dict[str, list[Value]] = {}

    def cells(self, grain: str) -> list[Value]:
        if grain not in self._cells:
            settings = self._meaning.settings
            moments = list(self._moments())
            if moments and grain in BELOW_THE_DAY and not all(isinstance(m, datetime) for m in moments):
                raise Refused(f"a date has no {grain}")
            of_table = periods_of(grain)
            if of_table is not None:
                last_day = max([*moments, end_of_day(settings.today)], key=midnight)
                days = of_table.meeting(
                    min(moments, key=midnight, default=None), midnight(last_day).date() + DAY
                )
                cells = [Cell(grain, day) for day in days] if moments else []
                kept = [c for c in (None, *cells) if not period_in(c, grain).cut_to(self._outer).empty]
                self._cells[grain] = kept
                return kept
            first = cell_of(min(moments, key=midnight, default=None), grain, settings)
            last = cell_of(max([*moments, end_of_day(settings.today)], key=midnight), grain, settings)
            cells = [] if first is None or last is None else cells_between(first, last)
            self._cells[grain] = [c for c in (None, *cells) if not period_of(c).cut_to(self._outer).empty]
        return self._cells[grain]

    def _moments(self) -> Iterator[date]:
        data = self._meaning.data
        for aggregate in self._aggregates:
            for column in (aggregate.time, *(aggregate.open or ()), *(aggregate.spread or ())):
                if column is not None:
                    times = [data.moment(column, row) for row in data.rows(aggregate.home)]
                    yield from (t for t in times if t is not None)


def _overlap(parts: Sequence[Part], key: Key, outer: Period) -> bool:
    """Whether the periods of a key have a moment in common, and in the outer one."""
    for part, value in zip(parts, key, strict=True):
        if part.grain is not None:
            outer = period_in(value, part.grain).cut_to(outer)
    return not outer.empty


def cells_of(period: Period, first: Cell | None, grain: str, settings: Settings) -> list[Cell]:
    """The cells of a grain in a period that has an end, from its start, or else from the first, up to today."""
    of_table = periods_of(grain)
    if of_table is not None and period.end is not None and not period.empty:
        since = first.start if period.start is None and first is not None else period.start
        if since is None:
            return []
        until = min(period.end - timedelta(microseconds=1), end_of_day(settings.today)).date() + DAY
        return [Cell(grain, day) for day in of_table.meeting(midnight(since).date(), until)]
    start = cell_of(period.start, grain, settings) if period.start is not None else first
    if start is None or period.end is None or period.empty:
        return []
    end = min(period.end - timedelta(microseconds=1), end_of_day(settings.today))
    last = cell_of(end, grain, settings)
    return cells_between(start, last) if last is not None else []


def end_of_day(day: date) -> datetime:
    return midnight(plain(day)) + timedelta(days=1, microseconds=-1)
