"""total, share, rank, rank_share: one level of detail beside another."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

SHOP = """
entity region from regions { key region_id  dimension name : text }
entity customer from customers {
  key customer_id
  join region on region_id
  time since : date
  dimension segment : text
}
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_at : date
  dimension channel : text
  fact amount : integer
}
metric revenue = sum(order.amount)
metric orders = count(order)
metric customers = count(customer)
metric cost = sum(order.amount) { better lower }
"""
TABLES = {
    "regions": table("region_id name", (1, "EU"), (2, "US")),
    "customers": table(
        "customer_id region_id since segment",
        (1, 1, date(2026, 1, 5), "s"),
        (2, 2, date(2026, 1, 6), "m"),
        (3, 2, date(2026, 2, 7), "s"),
    ),
    "orders": table(
        "order_id customer_id ordered_at channel amount",
        (1, 1, date(2026, 1, 10), "web", 1),
        (2, 2, date(2026, 1, 11), "web", 2),
        (3, 3, date(2026, 2, 1), "shop", 4),
        (4, 1, date(2026, 2, 2), "shop", 8),
        (5, 9, date(2026, 2, 3), "web", 16),  # nobody knows this customer
    ),
}
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)


def shop(query, **settings):
    return ask(SHOP, query, TABLES, **settings)


def test_total_drops_coordinates_and_keeps_periods_and_filters():
    assert shop("revenue, total(revenue) by customer.segment") == [
        ("m", 2, 31),
        ("s", 13, 31),
        (None, 16, 31),
    ]
    assert shop("total(revenue) by customer.segment, month") == [
        ("m", JAN, 3),
        ("s", JAN, 3),
        ("s", FEB, 28),
        (None, FEB, 28),
    ]
    assert shop('total(revenue) by customer.segment where order.channel = "web"') == [
        ("m", 19),
        ("s", 19),
        (None, 19),
    ]


def test_total_over_one_dimension_an_entity_or_a_grain():
    by = "by customer.segment, order.channel, month during 2026-02"
    # 2026-02: s shop 12, null web 16
    assert shop(f"total(revenue, over: order.channel) {by}") == [
        ("s", "shop", FEB, 12),
        (None, "web", FEB, 16),
    ]
    assert shop(f"total(revenue, over: customer) {by}") == [("s", "shop", FEB, 12), (None, "web", FEB, 16)]
    assert shop("total(revenue, over: month) by customer.segment, month") == [
        ("m", JAN, 2),
        ("s", JAN, 13),
        ("s", FEB, 13),
        (None, FEB, 16),
    ]
    # the period as a dimension by its own name is the period too
    assert shop("total(revenue, over: month) by order.ordered_at.month") == [(JAN, 31), (FEB, 31)]
    assert shop("total(revenue) by order.ordered_at.month") == [(JAN, 3), (FEB, 28)]


def test_an_entitys_dimensions_are_its_own_not_those_of_its_parents():
    # region.name belongs to region: over customer drops the segment and the key only
    assert shop("total(revenue, over: customer) by customer, customer.segment, region.name") == [
        (1, "s", "EU", 9),
        (2, "m", "US", 6),
        (3, "s", "US", 6),
        (None, None, None, 16),
    ]


def test_a_total_of_what_does_not_reach_the_coordinate_brings_no_group():
    assert shop("revenue, total(customers) by order.channel") == [("shop", 12, 3), ("web", 19, 3)]
    assert shop("total(customers) by order.channel") == []
    with pytest.raises(Refused):
        shop("customers by order.channel")


def test_share():
    # of the region within each month: EU had 1 of January's 3, 8 of February's 28
    assert shop("share(revenue, of: region.name) by region.name, month") == [
        ("EU", JAN, Fraction(1, 3)),
        ("EU", FEB, Fraction(8, 28)),
        ("US", JAN, Fraction(2, 3)),
        ("US", FEB, Fraction(4, 28)),
        (None, FEB, Fraction(16, 28)),
    ]
    # where it is not grouped, all of it
    assert shop("share(revenue, of: region.name) by month") == [(JAN, 1), (FEB, 1)]


def test_rank():
    # revenues of the customers 9, 2, 4; the null customer is no place and takes none
    assert shop("rank(revenue, over: customer) by customer") == [(1, 1), (2, 3), (3, 2), (None, None)]
    assert shop("rank(cost, over: customer) by customer") == [(1, 3), (2, 1), (3, 2), (None, None)]
    assert shop("rank_share(revenue, over: customer) by customer") == [
        (1, 0),
        (2, Fraction(2, 3)),
        (3, Fraction(1, 3)),
        (None, None),
    ]


def test_rank_within_the_other_coordinates_and_ties_share_the_best_place():
    # January: customers 1 and 2, February 1 and 3
    assert shop("rank(revenue, over: customer) by month, customer where customer is not null") == [
        (JAN, 1, 2),
        (JAN, 2, 1),
        (FEB, 1, 1),
        (FEB, 3, 2),
    ]
    assert shop("rank(orders, over: customer) by customer") == [(1, 1), (2, 2), (3, 2), (None, None)]


def test_rank_of_what_is_not_grouped_or_null_is_null():
    assert shop("rank(revenue, over: customer) by order.channel") == [("shop", None), ("web", None)]
    assert shop("rank(revenue / (orders - 1), over: customer) by customer")[1] == (2, None)


def test_rank_compares_with_groups_that_are_not_shown():
    assert shop("rank(revenue, over: customer) by customer having revenue < 4") == [(2, 3)]
    assert shop("rank(revenue, over: customer) by customer sort revenue limit 1") == [(2, 3)]
    # the key has two parts where two dimensions of the entity are grouped
    assert shop("rank(revenue, over: customer) by customer.segment, customer") == [
        ("m", 2, 3),
        ("s", 1, 1),
        ("s", 3, 2),
        (None, None, None),
    ]


# ---------------------------------------------------------------- nested


def test_growth_of_trailing_of_share():
    # share of EU within 31 days up to the last of the month: Jan 1/3; Feb (01-29 .. 02-28) 8/28
    # growth: (8/28 - 1/3) / (1/3) = 24/28 - 1 = -1/7; the share's total is moved with it
    query = "growth(trailing(share(revenue, of: region.name), 31 days), 1 month) by region.name, month during 2026-02"
    assert shop(query) == [
        ("EU", FEB, Fraction(-1, 7)),
        ("US", FEB, Fraction(4, 28) / Fraction(2, 3) - 1),
        (None, FEB, None),
    ]


def test_total_inside_a_time_function_and_around_it():
    # prior(total) is total(prior): of February, January's 3
    for formula in ("prior(total(revenue), 1 month)", "total(prior(revenue, 1 month))"):
        rows = shop(f"{formula} by region.name, month during 2026-02")
        # groups by E(prior(revenue)): the regions that sold in January
        assert rows == [("EU", FEB, 3), ("US", FEB, 3)]


def test_rank_of_a_moved_share():
    # February's prior shares: EU 1/3, US 2/3
    assert shop(
        "rank(prior(share(revenue, of: region), 1 month), over: region) by region, month during 2026-02"
    ) == [(1, FEB, 2), (2, FEB, 1)]


def test_total_of_a_total_and_without_a_grain():
    assert shop("revenue / total(total(revenue), over: month) by month") == [
        (JAN, Fraction(3, 31)),
        (FEB, Fraction(28, 31)),
    ]
