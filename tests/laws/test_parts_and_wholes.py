"""Relations between parts and wholes, on engines: M1, M2, M3, M4, M8, M13."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metricdsl.testing.engines import Bench
from metricdsl.testing.generate.shops import LEAP, YEARS
from tests.laws.shop_asked import (
    ADDED,
    DIMENSIONS,
    ENGINES,
    FEW,
    OTHERS,
    Shopping,
    added,
    conditions,
    dimensions,
    each,
    none_is_0,
    same,
    shoppings,
    stocks,
)

pytestmark = [pytest.mark.timeout(1800), pytest.mark.parametrize("engine", ENGINES)]


@FEW
@given(data=st.data(), asked=shoppings())
def test_m1_parts_add_up(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """The groups of a dimension, the null group among them, add up to the total; a stock's do too, but not over time."""
    column = data.draw(st.sampled_from((*ADDED, *stocks(asked.shop))))
    grains = ("month", "week", "day") if column in ADDED else ()
    by = data.draw(st.sampled_from((*dimensions(column), *grains)))
    parts = asked.groups(bench, engine, f"x: {column}", (by,))
    total = asked.value(bench, engine, column)
    assert same(none_is_0(added([x for (x,) in parts.values()])), none_is_0(total))


@FEW
@given(data=st.data(), asked=shoppings())
def test_m1_different_values_overlap(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """Of distinct counts the greatest part is at most the whole, and the whole at most the sum of the parts."""
    by = data.draw(st.sampled_from((*DIMENSIONS, "month")))
    parts = [x for (x,) in asked.groups(bench, engine, "x: count(distinct order.customer)", (by,)).values()]
    total = asked.value(bench, engine, "count(distinct order.customer)")
    assert max(parts, default=0) <= total <= sum(parts)


@FEW
@given(data=st.data(), asked=shoppings())
def test_m2_refinement(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """What is grouped by two dimensions, taken together again, is what is grouped by one; and no fewer groups."""
    column = data.draw(st.sampled_from((*ADDED, "max(order.qty)", "min(order.amount)")))
    one, two = data.draw(st.permutations((*DIMENSIONS, "month")))[:2]
    fine = asked.groups(bench, engine, f"x: {column}", (one, two))
    coarse = asked.groups(bench, engine, f"x: {column}", (one,))
    together = {"max": max, "min": min}.get(column[:3])
    for value, parts in each(fine, 0):
        known = [part for part in parts if part is not None]
        whole = (together(known) if known else None) if together else added(parts)
        assert same(whole, coarse[value,][0]), value
    assert {key[:1] for key in fine} == set(coarse)
    assert len(fine) >= len(coarse)


@FEW
@given(data=st.data(), asked=shoppings())
def test_m3_a_slice_is_a_filter(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """The group of a value is the whole where the dimension has that value; of formulas without `total`, `share`, `rank`."""
    column = data.draw(
        st.sampled_from(
            (*ADDED, *OTHERS, "prior(sum(order.qty), 1 month)", "avg(count(order) per customer)",
             "running(count(order))", "count(customer having count(order) > 1)", *stocks(asked.shop))
        )
    )  # fmt: skip
    rest = "during 2024 to 2025-02" if "prior" in column else ""
    for (value,), (x,) in asked.groups(bench, engine, f"x: {column}", ("customer.segment",), rest).items():
        test = "is null" if value is None else f'= "{value}"'
        assert same(x, asked.value(bench, engine, column, f"where customer.segment {test} {rest}")), value


@FEW
@given(data=st.data(), asked=shoppings())
def test_m4_a_condition_its_contrary_and_null(
    bench: Bench, engine: str, data: st.DataObject, asked: Shopping
):
    """The rows for which p is true, those for which it is false and those for which it is null are all rows."""
    p = data.draw(conditions(asked.shop))
    column = data.draw(st.sampled_from((*ADDED[:6], "max(order.qty)", "min(order.amount)")))
    parts = [
        asked.value(bench, engine, column, f"where {test}")
        for test in (f"({p})", f"not ({p})", f"({p}) is null")
    ]
    whole = asked.value(bench, engine, column)
    known = [part for part in parts if part is not None]
    together = {"max": max, "min": min}.get(column[:3])
    found = (together(known) if known else None) if together else added(parts)
    assert same(found, whole) or {found, whole} == {None, 0}


@FEW
@given(data=st.data(), asked=shoppings())
def test_m8_running_is_the_sum_so_far(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """`running` at a month is the sum of the months up to it, its last the total; `to_date` begins anew each year."""
    column = data.draw(st.sampled_from(ADDED))
    grain = data.draw(st.sampled_from(("month", "day", "quarter")))
    columns = f"x: {column}, y: running({column}), z: to_date({column}, year)"
    found = {t: row for (t,), row in asked.groups(bench, engine, columns, (grain,)).items() if t is not None}
    for time, (_, running, to_date) in found.items():
        before = [x for at, (x, _, _) in found.items() if at <= time]
        assert same(none_is_0(running), none_is_0(added(before))), time
        year = [x for at, (x, _, _) in found.items() if at <= time and at.year == time.year]
        assert same(none_is_0(to_date), none_is_0(added(year))), time


@FEW
@given(data=st.data(), asked=shoppings(LEAP, YEARS))
def test_m13_days_roll_up(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """The days of a month are the month; weeks are never rolled into months."""
    column = data.draw(st.sampled_from(ADDED))
    days = asked.groups(bench, engine, f"x: {column}", ("day",))
    months = asked.groups(bench, engine, f"x: {column}", ("month",))
    found: dict = {}
    for (day,), (x,) in days.items():
        found.setdefault(None if day is None else day.replace(day=1), []).append(x)
    assert set(found) == {month for (month,) in months}
    for (month,), (x,) in months.items():
        assert same(added(found[month]), x), month
    refused = asked.answer(bench, engine, f"max({column} per week) by month")
    assert "G415" in {problem.code for problem in refused.problems}
