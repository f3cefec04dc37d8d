"""Cohorts and ages; conversions; comparing with a period before."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.reference import Refused, Settings, evaluate
from tests.reference.asking import TODAY, ask, table

SHOP = """
entity customer from customers {
  key customer_id
  time since : date
  dimension first_at = min(order.ordered_at)
  dimension segment : text
}
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_at : date
  fact amount : money(USD)
  fact cost : money(USD)
}
metric active = count(distinct order.customer)
metric new_customers = count(customer) at first_at
metric revenue = sum(order.amount)
metric active0 = count(distinct order.customer) { empty 0 }
metric margin = (sum(order.amount) - sum(order.cost)) / sum(order.amount)
"""
D = date
TABLES = {
    "customers": table(
        "customer_id since segment",
        (1, D(2026, 4, 2), "s"),
        (2, D(2026, 4, 9), "s"),
        (3, D(2026, 5, 1), "m"),
        (4, None, "m"),
    ),
    "orders": table(
        "order_id customer_id ordered_at amount cost",
        (1, 1, D(2026, 4, 3), 10, 5),  # cohort April, age 0
        (2, 1, D(2026, 6, 1), 20, 5),  # age 2
        (3, 2, D(2026, 4, 30), 30, 15),
        (4, 2, D(2026, 5, 1), 40, 30),  # age 1
        (5, 3, D(2026, 5, 15), 50, 50),  # cohort May
        (6, 3, D(2026, 7, 1), 60, 0),  # age 2, after today (June 30)
        (7, None, D(2026, 5, 2), 70, 35),
        (8, 2, None, 80, 40),
    ),
}
APR, MAY, JUN, JUL = D(2026, 4, 1), D(2026, 5, 1), D(2026, 6, 1), D(2026, 7, 1)
COHORT = "by customer.first_at.month, age(customer.first_at, month)"


def shop(query, **settings):
    return ask(SHOP, query, TABLES, **settings)


def names(query):
    documents = [read(SourceFile.of("x", SHOP)).value]
    return evaluate(documents, read_query(SourceFile.of("q", query)).value, TABLES, Settings(TODAY)).columns


def test_a_retention_triangle():
    # the order without a time has no age; that of nobody known neither cohort nor age, and no distinct customer
    # May's age 2 is July, which begins after today: not observed, though there is a row
    assert shop(f"active {COHORT}") == [
        (APR, 0, 2),
        (APR, 1, 1),
        (APR, 2, 1),
        (APR, None, 1),
        (MAY, 0, 1),
        (MAY, 2, None),
        (None, None, 0),
    ]


def test_what_is_not_observed_is_null_and_not_the_value_of_nothing():
    columns = "active0, count(active per customer), count(customer having active > 0)"
    assert shop(f"{columns} {COHORT} having customer.first_at.month = 2026-05") == [
        (MAY, 0, 1, 1, 1),
        (MAY, 2, None, None, None),
    ]
    # a day later July begins
    assert shop(f"active {COHORT}", today=D(2026, 7, 1))[5] == (MAY, 2, 1)


def test_the_size_of_the_cohort_beside_it():
    # new_customers have age 0 only; total over the age and at_age see the cohort's: April 2, May 1
    rows = [
        (APR, 0, 1),
        (APR, 1, Fraction(1, 2)),
        (APR, 2, Fraction(1, 2)),
        (APR, None, Fraction(1, 2)),
        (MAY, 0, 1),
        (MAY, 2, None),
    ]
    # without a cohort: customer 4 of no order, total counts it; at age 0 is nobody
    total = "active / total(new_customers, over: age(customer.first_at, month))"
    assert shop(f"{total} {COHORT}") == [*rows, (None, None, 0)]
    assert shop(f"active / at_age(new_customers, 0) {COHORT}") == [*rows, (None, None, None)]
    # the size itself is known where the cell is not observed
    assert shop(f"active, at_age(new_customers, 0) {COHORT}")[5] == (MAY, 2, None, 1)
    with pytest.raises(Refused, match="at_age"):
        shop("at_age(active, 0) by month")


def test_ages_in_weeks_and_years_and_under_a_range():
    # 2026-04-03 is a Friday: order 2 on Monday 06-01 is 9 weeks on from the week of 03-30
    assert shop("active by age(customer.first_at, week) where customer.customer_id = 1") == [(0, 1), (9, 1)]
    assert shop("active by age(customer.since, month) during 2026-05") == [(0, 1), (1, 1), (None, 0)]


def test_age_under_time_functions():
    # prior moves the period, not the age: of June the rows of May
    assert shop("prior(active, 1 month) by month, age(customer.first_at, month) during 2026-06") == [
        (JUN, 0, 1),
        (JUN, 1, 1),
        (JUN, None, 0),
    ]
    # and by age alone: all up to May 30: order 2 and 6 are later, that without a time falls out
    assert shop("prior(revenue, 1 month) by age(customer.first_at, month)") == [(0, 90), (1, 40), (None, 70)]


def test_age_per_member():
    # the average over the ages of cohort April: 40, 40, 20
    assert shop("avg(revenue per age(customer.first_at, month)) by customer.first_at.month") == [
        (APR, Fraction(100, 3)),
        (MAY, Fraction(50)),
    ]


def test_members_that_are_cohorts_are_observed_each_for_itself():
    # age 2: April's is 20, May's begins after today and is left out
    assert shop("count(revenue per customer.first_at.month) by age(customer.first_at, month)") == [
        (0, 2),
        (1, 1),
        (2, 1),
        (None, 1),
    ]


# ---------------------------------------------------------------- conversions

FUNNEL = """
entity account from accounts { key account_id  dimension kind : text }
entity visit from visits {
  key visit_id
  join account on account_id
  time at_time : timestamp
  dimension source : text
}
entity deal from deals {
  key deal_id
  join account on account_id
  time signed : timestamp
  dimension size : text
}
metric rate = conversion(visit, deal, by: account, within: 10 days)
metric n = conversions(visit, deal, by: account, within: 10 days)
"""


def T(month, day, hour=0):  # noqa: N802 - as short as D
    return datetime(2026, month, day, hour)  # noqa: DTZ001 - a reading of the local clock


VISITS = {
    "accounts": table("account_id kind", (1, "a"), (2, "b"), (3, "b")),
    "visits": table(
        "visit_id account_id at_time source",
        (1, 1, T(5, 1), "ad"),  # its window, to 05-11, holds deal 1; but visit 2 is the latest
        (2, 1, T(5, 3), "mail"),
        (3, 2, T(5, 31), "ad"),  # deal 2 comes exactly at the end of its window, June 10
        (4, 3, T(6, 1), "ad"),  # deal 3 was before it
        (5, None, T(5, 5), "ad"),  # of nobody: counted, never converted
        (6, 1, T(6, 25), "ad"),  # its window has not ended
        (7, 2, None, "mail"),  # without a time: neither
    ),
    "deals": table(
        "deal_id account_id signed size",
        (1, 1, T(5, 10), "big"),
        (2, 2, T(6, 10), "small"),
        (3, 3, T(5, 31, 23), "big"),
        (4, 1, T(6, 26), "big"),
        (5, None, T(5, 6), "big"),
    ),
}


def funnel(query, **settings):
    return ask(FUNNEL, query, VISITS, **settings)


def test_every_deal_is_credited_to_the_latest_visit_that_can_take_it():
    # mature: 1 .. 5; converted: 2 and 3
    assert funnel("n, rate") == [(2, Fraction(2, 5))]
    assert funnel("rate by visit.source") == [("ad", Fraction(1, 4)), ("mail", 1)]


def test_filters_groups_and_periods_choose_visits_only():
    # visit 1 stays without its deal where mail is filtered out
    assert funnel('rate where visit.source = "ad"') == [(Fraction(1, 4),)]
    assert funnel("n, rate by month") == [(MAY, 2, Fraction(1, 2)), (JUN, 0, 0), (None, 0, None)]
    assert funnel("n by account.kind during 2026-05") == [("a", 1), ("b", 1), (None, 0)]
    # its own condition chooses among all: only ads can take a deal then
    query = 'conversions(visit where source = "ad", deal, by: account, within: 10 days)'
    assert funnel(query) == [(2,)]
    assert funnel('conversions(visit, deal where size = "small", by: account, within: 10 days)') == [(1,)]


def test_credit():
    # 05-01 and 05-03 can both take deal 1
    of = "conversions(visit, deal, by: account, within: 10 days, credit:"
    assert funnel(f"{of} first) by visit")[:3] == [(1, 1), (2, 0), (3, 1)]
    assert funnel(f"{of} last) by visit")[:3] == [(1, 0), (2, 1), (3, 1)]
    assert funnel(f"{of} every) by visit")[:3] == [(1, 1), (2, 1), (3, 1)]


def test_a_window_that_ends_today_has_not_ended():
    # visit 6 and 10 days is July 5: not before its midnight, but before that of the next day
    assert funnel("n by visit where visit.visit_id = 6", today=D(2026, 7, 5)) == [(6, 0)]
    assert funnel("n by visit where visit.visit_id = 6", today=D(2026, 7, 6)) == [(6, 1)]


def test_the_same_entity_converts_to_a_later_row():
    # visits of account 1: 1 (05-01) to 2 (05-03) within 10 days; of account 2: 3, and 7 has no time
    query = "conversions(visit, visit, by: visit.account_id, within: 10 days) by visit"
    assert [r for r in funnel(query) if r[1]] == [(1, 1)]


def test_several_in_by():
    query = "conversions(visit, visit, by: (visit.account_id, visit.source), within: 60 days) by visit"
    # 1 and 6 are ads of account 1, 55 days apart; 60 days after 05-01 is today: not mature before the next day
    assert [r for r in funnel(query, today=D(2026, 7, 1)) if r[1]] == [(1, 1)]


def test_conversion_needs_its_window_and_moves():
    with pytest.raises(Refused, match="within"):
        funnel("conversion(visit, deal, by: account)")
    assert funnel("prior(rate, 1 month) by month during 2026-06") == [(JUN, Fraction(1, 2))]
    # per kind in May: a 1 of 2, b 1 of 1
    assert funnel("avg(rate per account.kind) during 2026-05") == [(Fraction(3, 4),)]


# ---------------------------------------------------------------- compare


def test_compare_adds_prior_and_change_behind_each_column():
    assert names("revenue, n: active by month compare prior month") == (
        "month",
        *("revenue", "revenue prior month", "revenue change"),
        *("n", "n prior month", "n change"),
    )
    assert shop("revenue by month during 2026-04 to 2026-06 compare prior month") == [
        (APR, 40, None, None),
        (MAY, 160, 40, 3),
        (JUN, 20, 160, Fraction(-7, 8)),
    ]


def test_compare_brings_groups():
    assert shop('revenue by month during 2026-06 where customer.segment = "m" compare prior 1 month') == [
        (JUN, None, 50, None)
    ]


def test_the_change_of_a_share_is_in_points():
    # margins: May (160 - 115) / 160, June (20 - 5) / 20
    assert shop("margin during 2026-06 compare prior month") == [
        (Fraction(3, 4), Fraction(9, 32), Fraction(3, 4) - Fraction(9, 32))
    ]


def test_compare_with_a_period_of_the_same_length():
    assert shop("revenue during 2026-06 compare 2026-05") == [(20, 160, Fraction(-7, 8))]
    assert names("revenue during 2026-06 compare 2026-05") == ("revenue", "revenue 2026-05", "revenue change")
    assert shop("revenue by month during 2026-Q2 compare 2026-Q1")[1] == (MAY, 160, None, None)
    for query in (
        "revenue during 2026-06 compare 2025",
        "revenue compare 2025",
        "revenue during 2026 compare 2027",
    ):
        with pytest.raises(Refused):
            shop(query)
    assert [row[1:] for row in shop("revenue during 2026 compare goal")] == [(None,)]  # no goal is set
