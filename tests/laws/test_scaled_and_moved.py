"""Rows changed in a known way change answers in a known way, on engines: M5, M9, M10, M14, M18, M21."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from metricdsl.testing.engines import Bench
from metricdsl.testing.generate.shops import YEARS, Shop
from metricdsl.testing.reference import Table
from tests.laws.shop_asked import (
    ADDED,
    DIMENSIONS,
    ENGINES,
    FEW,
    OTHERS,
    Shopping,
    added,
    none_is_0,
    same,
    shoppings,
    stocks,
)

pytestmark = [pytest.mark.timeout(1800), pytest.mark.parametrize("engine", ENGINES)]


@FEW
@given(data=st.data(), asked=shoppings())
def test_m5_a_ratio_is_that_of_its_parts(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """At every grain a ratio is its numerator by its denominator, and null exactly if a part is null or the denominator 0."""
    one, other = data.draw(st.sampled_from((*ADDED, *OTHERS))), data.draw(st.sampled_from(ADDED))
    by = data.draw(st.sampled_from(((), ("customer.segment",), ("month",), ("order.status", "year"))))
    for x, y, ratio in asked.groups(
        bench, engine, f"x: {one}, y: {other}, z: {one} / ({other})", by
    ).values():
        wanted = None if x is None or not y else x / y
        assert same(ratio, wanted), (x, y)


@FEW
@given(data=st.data(), asked=shoppings(YEARS))
def test_m9_prior_is_the_value_before(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """`prior` at a cell is the value of the cell so many before, whole cells moved onto cells."""
    column = data.draw(st.sampled_from((*ADDED, *OTHERS, *stocks(asked.shop))))
    grain, step, months = data.draw(
        st.sampled_from(
            (
                ("month", "1 month", 1),
                ("month", "1 year", 12),
                ("quarter", "3 months", 3),
                ("year", "2 years", 24),
            )
        )
    )
    found = asked.groups(bench, engine, f"x: {column}, p: prior({column}, {step})", (grain,))
    for (time,), (_, prior) in found.items():
        if time is None:
            assert prior is None
            continue
        place = time.year * 12 + time.month - 1 - months
        before = found.get((date(place // 12, place % 12 + 1, 1),), (None, None))[0]
        nothing = "count" in column and prior == 0
        assert same(prior, before) or (nothing and before is None), time


@FEW
@given(data=st.data(), asked=shoppings())
def test_m9_all_rows_moved(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """All dates moved by 28 years, after which the calendar repeats, move the answer by 28 years."""
    column = data.draw(
        st.sampled_from(
            ("trailing(count(order), 40 days)", "growth(sum(order.qty), 1 month)", "running(sum(order.amount))", "to_date(count(order), year)",
             "prior(count(customer), 1 month)", "avg(count(order) per every day)", "count(order) - prior(count(order), 31 days)", *stocks(asked.shop))
        )
    )  # fmt: skip
    grain = data.draw(st.sampled_from(("day", "month", "quarter")))
    asked = evolve(asked, today="2025-03-01")
    tables = {
        name: type(table)(table.columns, tuple(tuple(map(_later, row)) for row in table.rows))
        for name, table in asked.tables.items()
    }
    moved = evolve(asked, tables=tables, today="2053-03-01")
    before = asked.groups(bench, engine, f"x: {column}", (grain,))
    after = moved.groups(bench, engine, f"x: {column}", (grain,))
    assert {tuple(map(_later, key)): row for key, row in before.items()} == after


def _later(value):
    return value.replace(year=value.year + 28) if isinstance(value, date | datetime) else value


@FEW
@given(data=st.data(), asked=shoppings(), k=st.sampled_from((2, 10, 1000, -1)))
def test_m10_another_unit(bench: Bench, engine: str, data: st.DataObject, asked: Shopping, k: int):
    """Values times k: sums, averages, medians times k, ratios as they were, variances times k squared."""
    place = asked.place("orders", "qty")
    rows = [
        (*r[:place], None if r[place] is None else r[place] * k, *r[place + 1 :])
        for r in asked.rows("orders")
    ]
    scaled = asked.with_rows("orders", rows)
    by = data.draw(st.sampled_from(((), ("customer.segment",), ("month",))))
    columns = (
        "a: sum(order.qty), b: avg(order.qty), c: median(order.qty), d: total(sum(order.qty)), e: variance(order.qty),"
        " f: share(sum(order.qty), of: customer), g: sum(order.qty) / total(sum(order.qty))"
    )
    before, after = asked.groups(bench, engine, columns, by), scaled.groups(bench, engine, columns, by)
    assert set(before) == set(after)
    for key, row in before.items():
        for value, now, factor in zip(row, after[key], (k, k, k, k, k * k, 1, 1), strict=True):
            assert same(now, None if value is None else value * factor), key


MONEY = """entity payment from payments {
  key payment_id
  time paid_on : date
  dimension currency : text
  fact amount : money(currency, 2)
  fact euros  = convert(amount, EUR)
}
rates bank from prices by month end { day day  currency code  into EUR  rate price }
"""
PRICES = {
    (month, code): Decimal(price)
    for month, code, price in ((1, "USD", "0.50"), (1, "GBP", "1.25"), (2, "USD", "0.75"), (2, "GBP", "1.50"))
}


@FEW
@given(
    rows=st.lists(
        st.tuples(st.sampled_from((date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 29))), st.sampled_from(("USD", "GBP", "EUR", None)),
                  st.none() | st.integers(-999, 9999).map(lambda cents: Decimal(cents) / 100)),
        max_size=8,
    )
)  # fmt: skip
def test_m10_money_converted(bench: Bench, engine: str, rows: list):
    """What is converted and then added is what each row is worth; in its own currency a row is worth itself."""
    payments = Table(
        (("payment_id", "integer"), ("paid_on", "date"), ("currency", "text"), ("amount", "decimal(2)")),
        tuple((number, *row) for number, row in enumerate(rows)),
    )
    prices = Table(
        (("day", "date"), ("code", "text"), ("price", "decimal(2)")),
        tuple(
            (date(2024, month, 29 + (month == 1) * 2), code, price) for (month, code), price in PRICES.items()
        ),
    )
    asked = Shopping(Shop(MONEY, False, False, False, False, ()), {"payments": payments, "prices": prices})
    worth = [
        Fraction(amount) * (1 if currency == "EUR" else Fraction(PRICES[day.month, currency]))
        for day, currency, amount in rows
        if currency is not None and amount is not None
    ]
    columns = "x: sum(convert(payment.amount, EUR)), y: sum(payment.euros)"
    ((x, y),) = asked.groups(bench, engine, columns).values()
    assert same(x, sum(worth) if worth else None)
    assert same(y, x)
    parts = asked.groups(bench, engine, columns, ("payment.currency", "month"))
    assert same(added([part for part, _ in parts.values()]), x)


@FEW
@given(data=st.data(), asked=shoppings())
def test_m14_each_row_twice(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """Each order twice, under new keys: sums and counts double; extremes, averages, medians, ratios and distinct counts stay."""
    rows = asked.rows("orders")
    twice = asked.with_rows("orders", [*rows, *((row[0] + 5000, *row[1:]) for row in rows)])
    doubled = ("sum(order.qty)", "count(order)", "count(order.qty)", 'sum(order.amount where status = "x")')
    kept = (
        *OTHERS,
        'rate(order, that: status = "x")',
        "sum(order.qty) / count(order)",
        "percentile(order.qty, 0%)",
    )
    columns = ", ".join(f"c{i}: {c}" for i, c in enumerate((*doubled, *kept)))
    by = data.draw(st.sampled_from(((), ("customer.segment",), ("month",), ("order.qty",))))
    before, after = asked.groups(bench, engine, columns, by), twice.groups(bench, engine, columns, by)
    assert set(before) == set(after)
    for key, row in before.items():
        for index, (value, now) in enumerate(zip(row, after[key], strict=True)):
            factor = 2 if index < len(doubled) else 1
            assert same(now, None if value is None else value * factor), (key, (*doubled, *kept)[index])


@FEW
@given(data=st.data(), asked=shoppings(), k=st.sampled_from((2, 3, 10)))
def test_m18_algebra(bench: Bench, engine: str, data: st.DataObject, asked: Shopping, k: int):
    """Formulas of formulas are what their values make; a metric is what its definition is."""
    counted = (
        "count(order)",
        "(count(order) at shipped_at)",
        "prior(count(order), 1 month)",
        "running(count(order))",
    )
    one, other = data.draw(st.sampled_from(counted)), data.draw(st.sampled_from(counted))
    asked = evolve(asked, more=f"metric m = {one}\ndefine twice(f) = f + f\n")
    columns = (
        f"a: {one}, b: {other}, sum: {one} + {other}, less: {one} - {other}, minus: -({one}), times: {k} * ({one}), over: ({one}) / 1,"
        f" m, twice: twice({one})"
    )
    by = data.draw(st.sampled_from((("month",), ("customer.segment", "month"), ("quarter",))))
    for a, b, *rest in asked.groups(bench, engine, columns, by).values():
        both = None if a is None or b is None else (a, b)
        wanted = (
            both and a + b, both and a - b, None if a is None else -a, None if a is None else k * a, a, a, None if a is None else 2 * a,
        )  # fmt: skip
        assert all(map(same, rest, wanted)), (a, b, rest)


@FEW
@given(data=st.data(), asked=shoppings())
def test_m21_percentiles(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """Percentiles rise with p from the least to the greatest value; the median of doubled rows is between the two."""
    column = data.draw(st.sampled_from(("order.qty", "order.amount")))
    shares = ("0%", "10%", "25%", "50%", "75%", "90%", "100%")
    columns = ", ".join(f"p{i}: percentile({column}, {p})" for i, p in enumerate(shares))
    columns += (
        f", least: min({column}), middle: median({column}), greatest: max({column}), n: count({column})"
    )
    by = data.draw(st.sampled_from(((), *((d,) for d in DIMENSIONS), ("month",))))
    for *found, least, middle, greatest, n in asked.groups(bench, engine, columns, by).values():
        assert (n == 0) == (least is None) == (middle is None) == (greatest is None)
        if n:
            assert same(found[0], least)
            assert same(found[-1], greatest)
            assert same(found[3], middle)
            assert all(a <= b or same(a, b) for a, b in pairwise(found))
        else:
            assert found == [None] * len(shares)
            assert none_is_0(least) == 0
