"""per and having: one value for each member, then an aggregate of those."""

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
  dimension first_at = min(order.ordered_at)
  dimension orders_placed = count(order)
  dimension big = revenue >= 9
  dimension waited = first_at - since
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
"""
TABLES = {
    "regions": table("region_id name", (1, "EU"), (2, "US"), (3, "none")),
    "customers": table(
        "customer_id region_id since",
        (1, 1, date(2026, 1, 5)),
        (2, 2, date(2026, 1, 6)),
        (3, 2, date(2026, 2, 7)),
        (4, None, date(2026, 3, 1)),  # without an order
    ),
    "orders": table(
        "order_id customer_id ordered_at channel amount",
        (1, 1, date(2026, 1, 10), "web", 1),
        (2, 2, date(2026, 1, 11), "web", 2),
        (3, 3, date(2026, 2, 1), "shop", 4),
        (4, 1, date(2026, 2, 2), "shop", 8),
        (5, 9, date(2026, 2, 3), "web", 16),  # of nobody known
        (6, 2, date(2026, 2, 4), "web", None),
    ),
}
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def shop(query, **settings):
    return ask(SHOP, query, TABLES, **settings)


def test_per_entity_leaves_out_rows_of_no_member():
    # 1: 9, 2: 2, 3: 4; the 16 belong to nobody
    assert shop(
        "sum(revenue per customer), avg(revenue per customer), max(revenue per customer), count(revenue per customer)"
    ) == [(15, 5, 9, 3)]
    assert shop("median(revenue per customer), percentile(revenue per customer, 25%)") == [(4, 3)]
    assert shop("variance(revenue per customer)") == [(Fraction(16 + 9 + 1, 2),)]


def test_per_a_dimension_and_a_column():
    assert shop("avg(orders per region.name)") == [(Fraction(5, 2),)]  # EU 2, US 3
    assert shop("avg(orders per order.customer_id)") == [(Fraction(6, 4),)]


def test_a_member_without_a_value_is_a_member_and_is_left_out():
    # in February customer 2 has a row and no amount
    assert shop("count(revenue per customer), count(orders per customer) during 2026-02") == [(2, 3)]
    assert shop("avg(revenue per customer) during 2026-02") == [(6,)]


def test_per_a_grain_is_cut_to_the_period():
    # web: January 3, February 16; shop: February 12
    assert shop("avg(revenue per month) by order.channel") == [("shop", 12), ("web", Fraction(19, 2))]
    assert shop("first(revenue per day), last(revenue per day) by month") == [(JAN, 1, 2), (FEB, 4, 16)]
    with pytest.raises(Refused, match="nest"):
        shop("avg(revenue per week) by month")


def test_per_several():
    # (customer, month): 1: 1, 8; 2: 2, null; 3: 4
    assert shop("count(orders per (customer, month)), sum(revenue per (customer, month))") == [(5, 15)]
    assert shop("last(revenue per (customer, month))") == [
        (4,)
    ]  # February: 1, 2, 3 in the order of the key; 3 has 4


def test_per_every():
    # customer 4 has no order: a member with 0 orders, and no revenue
    assert shop("avg(orders per every customer), avg(orders per customer)") == [
        (Fraction(5, 4), Fraction(5, 3))
    ]
    assert shop("count(revenue per every customer)") == [(3,)]
    # those of the region, whether or not they ordered in the month; customer 4 has no region
    assert shop("avg(orders per every customer) by region.name, month") == [
        ("EU", JAN, 1),
        ("EU", FEB, 1),
        ("US", JAN, Fraction(1, 2)),
        ("US", FEB, 1),
    ]  # customer 4 has no region, and as it has no order, it brings no group


def test_per_every_day_up_to_today():
    # 2026-01-10 .. 02-04 are 26 days, then up to the 10th, today: 32; without a start from the first day with a row
    assert shop("avg(orders per every day)", today=date(2026, 2, 10)) == [(Fraction(6, 32),)]
    assert shop("avg(orders per every day) during 2026-02", today=date(2026, 2, 10)) == [(Fraction(4, 10),)]
    # no group for a month without a row
    assert shop("count(orders per every day) by month") == [(JAN, 31), (FEB, 28)]


def test_having_looks_at_every_member():
    assert shop("count(customer having orders >= 2), count(customer having orders = 0)") == [(2, 1)]
    # the time of the customer is not looked at: in January 3 and 4 have no order
    assert shop("count(customer having orders = 0) during 2026-01") == [(2,)]
    # by region: those that reach it; the groups are where some customer has an order
    assert shop("count(customer having orders = 0) by region.name, month during 2026-01") == [
        ("EU", JAN, 0),
        ("US", JAN, 1),
    ]
    assert shop("count(customer where customer.since >= 2026-02-01 having orders < 2)") == [(2,)]


def test_having_among_the_members_of_per():
    # those with more than one order: 1 (9) and 2 (2)
    assert shop("sum(revenue per customer having orders > 1)") == [(11,)]
    # by month nobody has more than one
    assert shop("sum(revenue per customer having orders > 1) by month") == []


def test_a_dimension_made_of_children():
    assert shop("customers by customer.orders_placed") == [(0, 1), (1, 1), (2, 2)]
    # it looks at all time and all channels, whatever the query filters
    assert shop('orders by customer.orders_placed where order.channel = "shop"') == [(1, 1), (2, 1)]
    assert shop("orders by customer.big during 2026-01") == [(False, 1), (True, 1)]
    assert shop("customers by customer.first_at.month") == [(JAN, 2), (FEB, 1), (None, 1)]


def test_a_dimension_made_of_children_in_conditions_aggregates_and_times():
    assert shop("revenue where customer.orders_placed = 2") == [(11,)]
    assert shop("sum(customer.orders_placed), avg(customer.orders_placed)") == [(5, Fraction(5, 4))]
    # 3 was first seen before the day it is known since
    assert shop("count(customer where customer.first_at < customer.since)") == [(1,)]
    assert shop("(customers at first_at) by month") == [(JAN, 2), (FEB, 1), (None, 1)]
    assert shop("(count(customer) at first_at) during 2026-02") == [(1,)]


def test_a_dimension_made_of_children_has_no_time_functions():
    definitions = SHOP.replace("count(order)\n  dimension big", "prior(orders, 1 year)\n  dimension big")
    with pytest.raises(Refused, match="all time"):
        ask(definitions, "customers by customer.orders_placed", TABLES)


def test_a_dimension_that_depends_on_itself_is_refused():
    circle = SHOP.replace(
        "= count(order)\n  dimension big", "= count(order where customer.orders_placed > 1)\n  dimension big"
    )
    with pytest.raises(Refused, match="itself"):
        ask(circle, "customers by customer.orders_placed", TABLES)
    circle = SHOP.replace(
        "entity customer from customers {", "entity customer from customers {\n  where orders_placed > 0"
    )
    with pytest.raises(Refused, match="itself"):
        ask(circle, "customers", TABLES)


def test_a_row_value_in_a_condition():
    assert shop("revenue where (orders per customer) > 1") == [(11,)]
    # by a column it needs no parent's row: the order of nobody known is the only one of its customer_id
    assert shop("revenue where (orders per order.customer_id) = 1") == [(20,)]
    # customer and month; the order of nobody has no such value
    assert shop("orders where (orders per (customer, month)) = 1") == [(5,)]
    assert shop('orders where ((orders where order.channel = "shop") per customer) = 1') == [(3,)]


def test_per_stands_in_an_aggregate_or_a_condition():
    with pytest.raises(Refused, match="per"):
        shop("(revenue per customer)")
    with pytest.raises(Refused):
        shop("sum(win)")
    with pytest.raises(Refused, match="order of time"):
        shop("first(revenue per customer)")


# ---------------------------------------------------------------- nested


def test_per_of_per():
    # the greatest month of each customer: 1: 8, 2: 2, 3: 4
    assert shop("avg(max(revenue per month) per customer)") == [(Fraction(14, 3),)]
    # the best customer of each month: January 2, February 8
    assert shop("sum(max(revenue per customer) per month)") == [(10,)]
    # regions of customers of months: EU 1 -> 8; US: 2 -> 2, 3 -> 4
    assert shop("max(avg(max(revenue per month) per customer) per region)") == [(8,)]


def test_prior_in_per_and_around_it():
    # E(prior) per customer in February: January's customers 1 and 2
    assert shop("avg(prior(revenue, 1 month) per customer) by month during 2026-02") == [
        (FEB, Fraction(3, 2))
    ]
    assert shop("prior(avg(revenue per customer), 1 month) by month during 2026-02") == [
        (FEB, Fraction(3, 2))
    ]
    # April follows no month with a row; March follows February
    assert shop("avg(prior(revenue, 1 month) per customer) by month") == [
        (FEB, Fraction(3, 2)),
        (MAR, Fraction(12, 2)),
    ]


def test_time_functions_per_grain():
    # the 31 days up to each day with something in them, here of two days: 02-01 has 1+2+4, 02-02 also 8
    assert shop("last(trailing(revenue, 31 days) per day) during 2026-02-01 to 2026-02-02") == [(15,)]
    assert shop("first(trailing(revenue, 31 days) per day) during 2026-02-01 to 2026-02-02") == [(7,)]
    # days of January in 31 days: from the 10th on, 22 of them; then 8 of every day since: up to 01-31
    assert shop("count(trailing(orders, 31 days) per day) during 2026-01") == [(22,)]


def test_a_total_inside_per_drops_the_member():
    # each customer's part of all 31: 9, 2, 4
    assert shop("sum(revenue / total(revenue) per customer)") == [(Fraction(15, 31),)]
    # over the customer it keeps the channel of the group: web 1 + 2 of 19, shop 12 of 12
    assert shop("sum(revenue / total(revenue, over: customer) per customer) by order.channel") == [
        ("shop", 1),
        ("web", Fraction(3, 19)),
    ]
    # all coordinates: the channel too
    assert shop("sum(revenue / total(revenue) per customer) by order.channel") == [
        ("shop", Fraction(12, 31)),
        ("web", Fraction(3, 31)),
    ]


def test_rank_in_per_and_per_in_rank():
    # best fifth and the like: those in the best half by revenue: rank_share 0, 1/3, 2/3
    assert shop("sum(revenue per customer having rank_share(revenue, over: customer) < 50%)") == [(13,)]
    # the regions by their average customer: EU 9, US 3
    assert shop("rank(avg(revenue per customer), over: region) by region") == [(1, 1), (2, 2)]


def test_having_with_time_functions():
    # in February ordered those of whom January knows: 1 and 2
    assert shop("count(customer having orders > 0 and prior(orders, 1 month) > 0) by month") == [
        (JAN, 0),
        (FEB, 2),
        (MAR, 0),
    ]
    # lost in March: had orders in February, none now; only prior brings the group
    assert shop(
        "count(customer having orders = 0 and prior(orders, 1 month) > 0) by month during 2026-03"
    ) == [(MAR, 3)]


def test_a_dimension_made_of_members():
    definitions = SHOP.replace(
        "dimension big = revenue >= 9",
        "dimension best_month = max(revenue per month)\n  dimension big = revenue >= 9",
    )
    assert ask(definitions, "customers by customer.best_month", TABLES) == [(2, 1), (4, 1), (8, 1), (None, 1)]
    # and one upon another: the best of a region's customers
    definitions = definitions.replace(
        "dimension name : text }", "dimension name : text  dimension best = max(customer.best_month) }"
    )
    assert ask(definitions, "revenue by region.best", TABLES) == [(4, 6), (8, 9), (None, 16)]
