"""Stocks by their average, greatest or least date: each date of the period is added up, then one value is made of the dates.

avg      sum over the period / number of dates of the entity in it
max      max(sum per date), min likewise
per k    that for each series, then added
"""

from attrs import evolve

from metricdsl.analysis.calls import call, conjunction
from metricdsl.analysis.world import Result, Work
from metricdsl.model.formula import (
    Aggregate,
    Detached,
    Expression,
    MemberKey,
    Members,
    PeriodKey,
    Stock,
)
from metricdsl.model.types import INTEGER, ValueType
from metricdsl.model.window import CellWindow, FixedWindow
from metricdsl.spi.defs import Mismatch, argument_types


def by_dates(work: Work, aggregate: Aggregate) -> Result:
    """The aggregate of a stock in its frame, by the dates of its period where its rule says so."""
    stock = aggregate.stock
    if stock is None or stock.rule in {"last", "first"}:
        return aggregate
    summed = work.world.registry.aggregations["sum"].infer(argument_types(aggregate.arguments))
    assert not isinstance(summed, Mismatch), "only sums have such a rule"
    frame = len(aggregate.keys)
    dated = _dated(work, aggregate, stock)
    if dated is None:
        return None
    leaf = evolve(dated, stock=None, type=summed, keys=(*aggregate.keys, *stock.per))
    series = tuple(_member(f"series_{i + 1}", one.type) for i, one in enumerate(stock.per))
    value = (
        _average(work, leaf, stock, frame) if stock.rule == "avg" else _extreme(leaf, stock, len(leaf.keys))
    )
    if value is None or not series:
        return value
    return Members(
        type=aggregate.type,
        span=aggregate.span,
        function="sum",
        body=value,
        keys=series,
        offset=frame,
        moves=_moves(aggregate),
    )


def _dated(work: Work, aggregate: Aggregate, stock: Stock) -> Aggregate | None:
    """The aggregate of the rows that have a date."""
    assert aggregate.span is not None, "an aggregate is written somewhere"
    missing = call(work, "is_null", (stock.by,), aggregate.span)
    known = None if missing is None else call(work, "not", (missing,), aggregate.span)
    if known is None:
        return None
    kept = known if aggregate.where is None else conjunction(work, [aggregate.where, known])
    return evolve(aggregate, where=kept)


def _average(work: Work, leaf: Aggregate, stock: Stock, frame: int) -> Result:
    """The sum by the number of dates that any row of the entity (or series) has in the period."""
    kept = tuple(
        key if isinstance(key, PeriodKey) or index >= frame else None for index, key in enumerate(leaf.keys)
    )
    dates = evolve(
        leaf, type=INTEGER, function="count_distinct", arguments=(stock.by,), where=None, keys=kept
    )
    number = Detached(type=INTEGER, span=leaf.span, body=dates)
    assert leaf.span is not None, "an aggregate is written somewhere"
    return call(work, "divide", (leaf, number), leaf.span)


def _extreme(leaf: Aggregate, stock: Stock, offset: int) -> Expression:
    """The greatest or least sum of a date."""
    inside = evolve(leaf, keys=(*leaf.keys, stock.by))
    return Members(
        type=leaf.type,
        span=leaf.span,
        function=stock.rule,
        body=inside,
        keys=(_member("date", stock.by.type),),
        offset=offset,
        moves=_moves(leaf),
    )


def _member(name: str, type_: ValueType) -> MemberKey:
    return MemberKey(name=name, type=type_)


def _moves(aggregate: Aggregate) -> int:
    """How often the period of the aggregate has been moved: all of it is the context of its dates."""
    moves, window = 0, aggregate.window
    while window is not None and not isinstance(window, FixedWindow):
        moves += not isinstance(window, CellWindow)
        window = window.within if isinstance(window, CellWindow) else window.of
    return moves
