"""Which windows are moved by periods that lie in a table, and which of its periods by months: the others have no counterpart."""

from collections.abc import Callable

from metricdsl.analysis.fitting import grain_of
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.model.calendar import CLOCK, grain_name, nests
from metricdsl.model.period_table import table_of
from metricdsl.model.window import CellWindow, FixedWindow, Move, Window, grains_of
from metricdsl.model.year_rule import MONTHS
from metricdsl.source import Span

FINE = (*CLOCK, "day")


def told_by_table(work: Work, window: Window, blame: Callable[[str | None], Span | None]) -> bool:
    """Whether a window is moved as far as the tables of its periods tell; else that is reported, at the place that `blame` gives."""
    here = window
    while not isinstance(here, FixedWindow):
        if isinstance(here, CellWindow):
            here = here.within
            continue
        wrong = _wrong(here.move, tuple(grains_of(here)))
        if wrong is not None:
            work.report(wrong.at(blame(grain_of(window))))
            return False
        here = here.of
    return True


def _wrong(move: Move, cells: tuple[str, ...]) -> PeriodDoesNotFit | None:
    if table_of(move.unit) is not None:
        return _by_periods(move, cells)
    of_table = next((grain for grain in cells if table_of(grain) is not None), None)
    if of_table is None or move.kind != "prior" or move.unit not in MONTHS:
        return None
    name, length = grain_name(of_table), f"{move.amount} {move.unit}{'s' if move.amount > 1 else ''}"
    return PeriodDoesNotFit(
        text=f"{name} is not moved by {length}: its table does not say which period that would be",
        why="Its periods need not be as long as one another, nor begin with a month.",
        fix=f"count its own periods, `1 {name}`, or move it by days or weeks",
    )


def _by_periods(move: Move, cells: tuple[str, ...]) -> PeriodDoesNotFit | None:
    unit = grain_name(move.unit)
    if not cells and move.kind in {"prior", "trailing", "to_date"}:
        told = f"{move.amount} {unit}" if move.amount else f"from the start of a {unit}"
        return PeriodDoesNotFit(
            text=f"{told} is told of a cell of the question, and it has none",
            why=f"Where a {unit} begins stands in its table, and a range may begin and end in none of them.",
            fix=f"ask by {unit}" if move.kind == "prior" else f"ask by {unit}, or by day",
        )
    if move.kind not in {"prior", "trailing"}:
        return None
    fine = FINE if move.kind == "trailing" else ()
    other = next(
        (g for g in cells if g not in fine and not (_alike(g, move.unit) and nests(g, move.unit))), None
    )
    if other is None:
        return None
    name = grain_name(other)
    return PeriodDoesNotFit(
        text=f"{name} is not moved by {unit}: it is no part of one by its table",
        why=f"Which {name} would stand in its place is told of the periods of one calendar alone, the shorter in the longer.",
        fix=f"ask by {unit} alone",
    )


def _alike(grain: str, unit: str) -> bool:
    return table_of(grain) == table_of(unit)
