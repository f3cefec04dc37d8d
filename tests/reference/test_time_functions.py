"""Time functions: the period moves, and a group is there where the moved period has a row."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

SALES = """
entity sale from sales {
  key sale_id
  time sold_on : date default
  time paid_on : date
  dimension region : text
  fact amount : integer
}
metric sales = count(sale)
metric revenue = sum(sale.amount)
"""
TABLES = {
    "sales": table(
        "sale_id sold_on paid_on region amount",
        (1, date(2025, 5, 31), None, "a", 10),
        (2, date(2026, 3, 31), date(2026, 4, 1), "a", 1),
        (3, date(2026, 4, 30), date(2026, 4, 30), "b", 2),
        (4, date(2026, 5, 1), date(2026, 6, 2), "a", 4),
        (5, date(2026, 6, 30), None, "b", 8),
        (6, None, date(2026, 3, 3), "a", 100),
        (7, date(2026, 8, 15), None, "a", 1000),  # after today, the last of June 2026
    )
}


def months(*rows):
    return [(None if y is None else date(y, m, 1), *rest) for (y, m), *rest in rows]


def sales(query, **settings):
    return ask(SALES, query, TABLES, **settings)


def test_prior_has_a_row_a_year_after_and_none_after_today_by_it_alone():
    # sales of 2025-05 are seen in 2026-05; those of 2026 would be seen in 2027, which begins after today; by August's
    # own row alone August 2026 would live, but August 2025 is empty
    assert sales("prior(revenue, 1 year) by month") == months(((2026, 5), 10))
    assert sales("revenue, prior(revenue, 1 month) by month") == months(
        ((2025, 5), 10, None),
        ((2025, 6), None, 10),
        ((2026, 3), 1, None),
        ((2026, 4), 2, 1),
        ((2026, 5), 4, 2),
        ((2026, 6), 8, 4),
        ((2026, 8), 1000, None),
        ((None, None), 100, None),
    )


def test_prior_reads_outside_the_range():
    # C0 = [(during, June)]; prior moves it to May: 4
    assert sales("revenue, prior(revenue, 1 month) during 2026-06") == [(8, 4)]
    assert sales("prior(revenue, 1 month) by month during 2026-06") == months(((2026, 6), 4))


def test_prior_of_all_time_ends_as_long_before_today():
    # norm(ALL) = [-inf, July 1) moves to [-inf, June 1): 10 + 1 + 2 + 4, the sale without a time falls out
    assert sales("prior(revenue, 1 month)") == [(17,)]


def test_single_days_are_clamped_to_the_month():
    # the last of May moves to the last of April, the 30th too: both days see sale 3
    assert sales("prior(sales, 1 month) by day during 2026-05-30 to 2026-05-31") == [
        (date(2026, 5, 30), 1),
        (date(2026, 5, 31), 1),
    ]


def test_a_range_that_is_no_whole_month_moves_its_first_and_its_last_day():
    # May 31 to June 30 moves to April 30 .. May 30: sales 3 and 4
    assert sales("prior(revenue, 1 month) during 2026-05-31 to 2026-06-30") == [(6,)]


def test_weeks_move_by_weeks_and_not_by_months():
    # the week of 2026-05-04 a week on holds what 04-27 .. 05-03 had: sales 3 and 4
    assert sales("prior(sales, 1 week) by week during 2026-05-04 to 2026-05-10") == [(date(2026, 5, 4), 2)]
    for function in ("prior", "growth"):
        with pytest.raises(Refused, match="52 weeks"):
            sales(f"{function}(sales, 1 month) by week")


def test_growth_in_either_period():
    # (m - p) / p; null where there is no p, there as a group where either has a row
    assert sales("growth(revenue, 1 month) by month during 2026-04 to 2026-07") == months(
        ((2026, 4), 1), ((2026, 5), 1), ((2026, 6), 1)
    )
    assert sales("growth(revenue, 1 year) by month during 2026-05 to 2026-06") == months(
        ((2026, 5), Fraction(-6, 10)), ((2026, 6), None)
    )


def test_growth_of_what_is_not_positive_is_null():
    losses = {
        "sales": table(
            "sale_id sold_on paid_on region amount",
            (1, date(2026, 1, 1), None, "a", -5),
            (2, date(2026, 2, 1), None, "a", 5),
        )
    }
    assert ask(SALES, "growth(revenue, 1 month) by month during 2026-02", losses) == months(((2026, 2), None))


def test_trailing_counts_back_from_the_last_day():
    # the 31 days up to the last of April are 03-31 .. 04-30: 1 + 2
    assert sales("trailing(revenue, 31 days) by month during 2026-04") == months(((2026, 4), 3))
    # a month up to the last of the month is the month
    assert sales("trailing(revenue, 1 month) by month during 2026-03 to 2026-05") == months(
        ((2026, 3), 1), ((2026, 4), 2), ((2026, 5), 4)
    )


def test_trailing_in_the_period_of_today_ends_today():
    # today 2026-05-10: the last 10 days are 05-01 .. 05-10, in May as in the year and without a period
    for rest in ("by month during 2026-05", "by year during 2026", ""):
        rows = sales(f"trailing(revenue, 10 days) {rest}", today=date(2026, 5, 10))
        assert rows[0][-1] == 4


def test_trailing_fills_the_days_between_up_to_today():
    # sale 3 on 04-30 is in the 3 days up to 04-30, 05-01, 05-02; sale 4 up to 05-03
    assert sales("trailing(sales, 3 days) by day during 2026-04-29 to 2026-05-05") == [
        (date(2026, 4, 30), 1),
        (date(2026, 5, 1), 2),
        (date(2026, 5, 2), 2),
        (date(2026, 5, 3), 1),
    ]
    # sale 5 was today: nothing lives after
    assert sales("trailing(sales, 3 days) by day where sale.sale_id = 5") == [(date(2026, 6, 30), 1)]


def test_to_date():
    # from the start of the year of the last day to the end of the month
    assert sales("to_date(revenue, year) by month during 2026") == months(
        ((2026, 3), 1), ((2026, 4), 3), ((2026, 5), 7), ((2026, 6), 15), ((2026, 8), 1015)
    )
    # a quarter to date of all time: that of today, 2 + 4 + 8
    assert sales("to_date(revenue, quarter)") == [(14,)]
    for refused in ("to_date(sales, month) by quarter", "to_date(sales, month) by week"):
        with pytest.raises(Refused, match="to_date"):
            sales(refused)


def test_at_start_is_the_first_cell_of_the_unit():
    # the 1st of May had sale 4; so every day of May
    rows = sales("at_start(revenue, month) by day during 2026-05")
    assert len(rows) == 31
    assert {r[1] for r in rows} == {4}
    # the first month of the second quarter is April
    assert sales("at_start(revenue, quarter) by month during 2026-Q2") == months(
        ((2026, 4), 2), ((2026, 5), 2), ((2026, 6), 2)
    )
    for refused in (
        "at_start(sales, month)",
        "at_start(sales, month) by week",
        "trailing(at_start(sales, month), 1 month) by month",
    ):
        with pytest.raises(Refused):
            sales(refused)


def test_the_cell_is_the_last_and_the_overlap_of_all():
    # each day's week to date, from Monday 04-27: of the days 05-01 .. 05-03 sales 3 and 4 are seen
    assert sales("max(to_date(sales, week) per day) by month during 2026-05-01 to 2026-05-03") == months(
        ((2026, 5), 2)
    )
    # the part of the week in May is of May: from the 1st on
    assert sales("to_date(sales, month) by month, week during 2026-05-01 to 2026-05-03") == [
        (date(2026, 5, 1), date(2026, 4, 27), 1)
    ]
    # the first day of each week
    assert sales("sum(at_start(sales, week) per day) by month during 2026-06-29 to 2026-06-30") == []


def test_running_from_the_first_row_to_today():
    assert sales("running(revenue) by quarter") == [
        (date(2025, 4, 1), 10),
        (date(2025, 7, 1), 10),
        (date(2025, 10, 1), 10),
        (date(2026, 1, 1), 11),
        (date(2026, 4, 1), 25),
        (date(2026, 7, 1), 1025),
    ]
    assert sales("running(revenue) by quarter during 2026-Q2") == [(date(2026, 4, 1), 25)]


def test_opening_of_a_flow_is_refused():
    with pytest.raises(Refused, match="flow"):
        sales("opening(sales) by month")
    with pytest.raises(Refused, match="flow"):
        ask(SALES, "opening(sales) by month", {"sales": table("sale_id sold_on paid_on region amount")})


def test_the_null_period_has_no_prior():
    assert sales("prior(sales, 1 day) + 0 by month where sale.sold_on is null") == []
    assert sales("sales, coalesce(running(sales), 7) by month where sale.sold_on is null") == [(None, 1, 7)]


def test_a_grain_of_the_own_time_moves_and_another_time_does_not():
    # by the own time spelled out: as by month
    assert sales("prior(sales, 1 month) by sale.sold_on.month during 2026-05 to 2026-06") == months(
        ((2026, 5), 1), ((2026, 6), 1)
    )
    # paid_on is a dimension: with no period, prior ends on 2026-05-30; sales 1, 2, 3 and 4, by when they were paid
    assert sales("prior(sales, 1 month) by sale.paid_on.month") == months(
        ((2026, 4), 2), ((2026, 6), 1), ((None, None), 1)
    )


def test_moved_by_dimensions_too():
    # June's prior is sale 4 in a; b had nothing in May, so that b is no group
    assert sales("prior(revenue, 1 month) by sale.region during 2026-06") == [("a", 4)]
    assert sales("revenue, prior(revenue, 1 month) by sale.region during 2026-06") == [
        ("a", None, 4),
        ("b", 8, None),
    ]


def test_time_functions_in_time_functions():
    # trailing 31 days of prior month: outermost first: the window of June is 05-31 .. 06-30, moved back as first and last
    # day: 04-30 .. 05-30: sales 3 and 4
    assert sales("trailing(prior(revenue, 1 month), 31 days) by month during 2026-06") == months(
        ((2026, 6), 6)
    )
    # prior of trailing: May, of which the 31 days up to 05-31: 4
    assert sales("prior(trailing(revenue, 31 days), 1 month) by month during 2026-06") == months(
        ((2026, 6), 4)
    )
    # two months are one and one
    assert sales(
        "prior(prior(revenue, 1 month), 1 month), prior(revenue, 2 months) by month during 2026-06"
    ) == (months(((2026, 6), 2, 2)))
    # the change of the running total from April (13) to May (17)
    assert sales("growth(running(revenue), 1 month) by month during 2026-05") == months(
        ((2026, 5), Fraction(4, 13))
    )


def test_several_grains_move_together():
    # the cell is the month, the last of the stack: May a week back is 04-24 .. 05-24, sales 3 and 4; June 05-25 .. 06-23
    assert sales("prior(sales, 7 days) by quarter, month during 2026-05 to 2026-06") == [
        (date(2026, 4, 1), date(2026, 5, 1), 2)
    ]
    # the week of 04-27, cut at the month: its days of May, a week back, are 04-24 .. 04-26 and its days of April 04-20 ..
    # 04-23; those of the next week are 04-27 .. 05-03: sales 3 and 4
    assert sales("prior(sales, 7 days) by month, week during 2026-04-27 to 2026-05-10") == [
        (date(2026, 5, 1), date(2026, 5, 4), 2)
    ]


def test_fill_puts_values_where_no_row_is():
    assert sales("prior(sales, 1 month) by month during 2026-05 to 2026-07 fill") == months(
        ((2026, 5), 1), ((2026, 6), 1)
    )
