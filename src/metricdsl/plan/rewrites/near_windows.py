"""Rows that lie in no window are left out before they are looked for in any.

Windows trailing 28 days of day in all from 2023-01-01     →   Windows trailing 28 days of day in all from 2023-01-01
  Scan order                                                     Filter ordered_on from 2022-12-04
                                                                   Scan order

Between what windows lie is told with a few days to spare. Those of a calendar of its own are not told.
"""

from datetime import date, timedelta

from attrs import evolve

from metricdsl.model.calendar import days_at_most, plain_grain
from metricdsl.model.formula import Expression
from metricdsl.model.period import ALL_TIME, Period, day_of
from metricdsl.model.window import CellWindow, FixedWindow, MovedWindow, Window
from metricdsl.plan.nodes import Filter, Latest, Node, Plan, Windows
from metricdsl.plan.rewrites.row_chains import chain, replace_rows
from metricdsl.plan.walk import has, with_sources
from metricdsl.registry import Registry
from metricdsl.spi.defs import DialectDef

SPARE = timedelta(days=7)


def near_windows(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
    """The plan with rows filtered by time below their windows."""
    del registry, dialect
    if not has(plan, Windows):
        return plan

    def change(rows: Node, read: tuple[Expression, ...]) -> Node:
        del read
        # The rows of a stock are those of the last date, whatever is filtered.
        return rows if any(isinstance(step, Latest) for step in chain(rows)) else _filtered(rows)

    return replace_rows(plan, change)


def _filtered(node: Node) -> Node:
    match node:
        case Windows(source=source, window=window, time=time) if time is not None and _by_time(node):
            hull = around(window)
            if hull is None or hull == ALL_TIME:
                return node
            return evolve(node, source=Filter(source=source, time=time, period=hull))
        case Filter(source=source):
            return with_sources(node, (_filtered(source),))
        case _:
            return node


def _by_time(node: Windows) -> bool:
    return node.open is None and node.spread is None


def around(window: Window) -> Period | None:
    """A period that holds all windows; None where that is not known."""
    match window:
        case FixedWindow(period=period):
            start, end = period.start, period.end
            return Period(
                None if start is None else day_of(start) - SPARE, None if end is None else day_of(end) + SPARE
            )
        case CellWindow(within=within):
            return around(within)
        case MovedWindow(of=of, move=move):
            inner = around(of)
            if inner is None or (move.unit and plain_grain(move.unit) != move.unit):
                return None
            match move.kind:
                case "prior" | "trailing" | "to_date":
                    return Period(
                        _before(inner.start, days_at_most(move.unit, max(move.amount, 1))), inner.end
                    )
                case "running" | "opening":
                    return Period(None, inner.end)
                case "norm":
                    return inner
                case _:
                    return None


def _before(start: date | None, days: int) -> date | None:
    return None if start is None else start - timedelta(days=days)
