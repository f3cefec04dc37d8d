"""What time does to rows: those of a period, those open at its end, a stock's last date, what is spread over days."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from metricdsl.testing.reference.aggregates import different, total
from metricdsl.testing.reference.context import Aggregate, Stock
from metricdsl.testing.reference.functions import day_of
from metricdsl.testing.reference.names import Column
from metricdsl.testing.reference.periods import ALL, Period
from metricdsl.testing.reference.rows import Data
from metricdsl.testing.reference.stacks import Seen
from metricdsl.testing.reference.time_functions import looked_back_from, normed
from metricdsl.testing.reference.values import (
    Refused,
    Row,
    Value,
    arithmetic,
    greatest,
    least,
    midnight,
    order,
    plain,
    same,
)


def in_time(data: Data, aggregate: Aggregate, found: Seen) -> Callable[[Row], bool]:
    """Which rows of the home count in per(C)."""
    per = found.per
    if per is None or found.nothing:
        return lambda _: False
    if aggregate.open is not None:
        return _open(data, aggregate.open, per)
    if aggregate.spread is not None:
        spread = aggregate.spread
        return lambda row: portion(data, spread, row, per) > 0
    if aggregate.stock is not None:
        return _dated(data, aggregate, aggregate.stock, found)
    if aggregate.time is None:
        if per != ALL:
            raise Refused(f"{aggregate.function} of {aggregate.home.name} has no time")
        return lambda _: True
    time = aggregate.time
    return lambda row: per.holds(data.moment(time, row))


# ---------------------------------------------------------------- while


def _open(data: Data, between: tuple[Column, Column], per: Period) -> Callable[[Row], bool]:
    """local(x) < Z ≤ local(y), a null y is ∞; Z = z(norm per(C)); no row in the null period."""
    if per.null:
        return lambda _: False
    end = looked_back_from(normed(per, data.settings), data.settings)

    def is_open(row: Row) -> bool:
        began, closed = data.moment(between[0], row), data.moment(between[1], row)
        return began is not None and midnight(began) < end and (closed is None or end <= midnight(closed))

    return is_open


# ---------------------------------------------------------------- stocks


def _dated(data: Data, aggregate: Aggregate, stock: Stock, found: Seen) -> Callable[[Row], bool]:
    """`last` and `first` keep the rows of the last or first t in per(C) of all rows of the home, of each series;
    the others keep all t in per(C). In `opening` every stock takes its last."""
    per = found.per
    assert per is not None
    if per.null:
        return lambda _: False  # rows without a date are those of no date
    dated = [r for r in data.rows(aggregate.home) if per.holds(t := data.moment(stock.by, r)) and t]
    rule = "last" if found.opened else stock.rule
    if rule in {"last", "first"}:
        dated = [
            r for of_series in _series(data, stock, dated) for r in _at_the_end(data, stock, of_series, rule)
        ]
    kept = {id(r) for r in dated}
    return lambda row: id(row) in kept


def _at_the_end(data: Data, stock: Stock, rows: Sequence[Row], rule: str) -> list[Row]:
    dates = [data.moment(stock.by, r) for r in rows]
    known = [t for t in dates if t is not None]
    wanted = (greatest(known) if rule == "last" else least(known)) if known else None
    return [r for r, t in zip(rows, dates, strict=True) if order(t, wanted) == 0]


def _series(data: Data, stock: Stock, rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each series; without `per`, all are one."""
    keys = [tuple(data.column(c, r) for c in stock.series) for r in rows]
    return [[r for r, k in zip(rows, keys, strict=True) if same(k, wanted)] for wanted in different(keys)]


def over_dates(
    data: Data,
    aggregate: Aggregate,
    stock: Stock,
    per: Period,
    rows: Sequence[Row],
    value: Callable[[Row], Value],
) -> Value:
    """S(t) = the sum of the rows dated t; Σ S(t) / |D|, max S, min S; D = the t's of all rows of the home in per(C).
    `per k`: D and the result for each series, then added."""
    dated = [
        r for r in data.rows(aggregate.home) if per.holds(t := data.moment(stock.by, r)) and (t or per.null)
    ]
    results = []
    for of_series in _series(data, stock, dated):
        sums = []
        dates = different([data.moment(stock.by, r) for r in of_series])
        for t in dates:
            own = [
                value(r) for r in rows if any(r is q for q in of_series) and same(data.moment(stock.by, r), t)
            ]
            known = [v for v in own if v is not None]
            sums += [total(known)] if known else []
        if sums:
            results.append(_over(stock.rule, sums, len(dates)))
    return total(results) if results else None


def _over(rule: str, sums: Sequence[Value], dates: int) -> Value:
    match rule:
        case "avg":
            return arithmetic("/", total(sums), Fraction(dates))
        case "max":
            return greatest(sums)
        case _:
            return least(sums)


# ---------------------------------------------------------------- spread


def portion(data: Data, spread: tuple[Column, Column], row: Row, per: Period) -> Fraction:
    """|[x, y) ∩ per(C)| / |[x, y)| in days, the whole in ALL; 0 without a day: null x or y, or x ≥ y."""
    x, y = (plain(data.column(c, row)) for c in spread)
    if x is None or y is None or day_of(x) >= day_of(y) or per.null:
        return Fraction(0)
    first, end = midnight(day_of(x)), midnight(day_of(y))
    start = first if per.start is None else max(first, per.start)
    stop = end if per.end is None else min(end, per.end)
    return max(Fraction(0), Fraction(_length(start, stop), _length(first, end)))


def _length(start: datetime, stop: datetime) -> int:
    return (stop - start) // timedelta(microseconds=1)
