"""The nine traps, counted by hand."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

SHOP = """
entity region from regions { key region_id  dimension name : text }
entity customer from customers { key customer_id  join region on region_id  dimension segment : text }
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_at : date
  fact amount : integer
  fact shipping : integer
}
entity item from items {
  key item_id
  join order on order_id
  dimension product : text
  fact quantity : integer
}
metric revenue = sum(order.amount)
metric orders  = count(order)
metric pieces  = sum(item.quantity)
metric per_piece = revenue / pieces
"""

TABLES = {
    "regions": table("region_id name", (1, "EU"), (2, "US"), (3, "APAC")),
    "customers": table(
        "customer_id region_id segment", (1, 1, "a"), (2, 2, "b"), (3, 2, "a"), (4, None, "b")
    ),
    "orders": table(
        "order_id customer_id ordered_at amount shipping",
        (1, 1, date(2026, 1, 10), 10, 3),  # three items
        (2, 99, date(2026, 1, 11), 5, 4),  # its customer is unknown
        (3, None, date(2026, 2, 1), 2, 5),
        (4, 2, date(2026, 2, 2), None, 6),  # its amount is null
        (5, 4, None, 1, 7),  # its customer has no region
    ),
    "items": table(
        "item_id order_id product quantity",
        (1, 1, "x", 1),
        (2, 1, "y", 2),
        (3, 1, "x", 3),
        (4, 77, "x", 4),  # its order is unknown
        (5, 2, "y", 0),
    ),
}


def shop(query, **settings):
    return ask(SHOP, query, TABLES, **settings)


def test_an_order_with_three_items_counts_once():
    assert shop("revenue, orders, pieces") == [(18, 5, 10)]
    assert shop("revenue by customer.segment") == [("a", 10), ("b", 1), (None, 7)]


def test_an_orders_metric_by_a_dimension_of_its_items_is_refused():
    with pytest.raises(Refused):
        shop("revenue by item.product")


def test_a_parents_fact_summed_from_the_child_is_refused():
    with pytest.raises(Refused):
        shop("sum(item.order.shipping)")


def test_a_product_with_a_parents_fact_is_fine():
    assert shop("sum(item.quantity * order.amount)") == [(1 * 10 + 2 * 10 + 3 * 10 + 0 * 5,)]


def test_an_unknown_customer_is_the_null_group():
    assert shop("orders by customer") == [(1, 1), (2, 1), (4, 1), (None, 2)]
    assert shop("orders by order.customer_id") == [(1, 1), (2, 1), (4, 1), (99, 1), (None, 1)]


def test_a_customer_and_a_region_without_orders_bring_no_group():
    assert shop("orders by region.name") == [("EU", 1), ("US", 1), (None, 3)]


def test_count_distinct_of_customers_counts_known_ones():
    assert shop("count(distinct order.customer), count(distinct order.customer_id)") == [(3, 4)]


def test_a_null_group_on_one_fact_only():
    assert shop("pieces, orders by order") == [
        (1, 6, 1),
        (2, 0, 1),
        (3, None, 1),
        (4, None, 1),
        (5, None, 1),
        (None, 4, 0),
    ]


def test_a_null_amount_is_left_out_and_null_alone():
    assert shop("revenue, avg(order.amount), count(order.amount)") == [(18, Fraction(18, 4), 4)]
    assert shop('revenue where customer.region.name = "US"') == [(None,)]


def test_a_zero_denominator_is_null():
    assert shop("per_piece by order where order.order_id = 2") == [(2, None)]


def test_the_same_metric_alone_and_beside_others():
    alone = shop("revenue by customer.segment")
    beside = shop("revenue, pieces, orders by customer.segment")
    assert [row[:2] for row in beside] == alone
    assert beside == [("a", 10, 6, 1), ("b", 1, None, 2), (None, 7, 4, 2)]


def test_months_on_one_side_only():
    definitions = """
    entity a from a { key k  time t : date  fact x : integer }
    entity b from b { key k  time t : date  fact y : integer }
    metric x = sum(a.x)
    metric y = sum(b.y)
    metric both = x - y
    metric both0 = coalesce(x, 0) - coalesce(y, 0)
    """
    tables = {
        "a": table("k t x", (1, date(2026, 1, 31), 5), (2, date(2026, 3, 1), 7)),
        "b": table("k t y", (1, date(2026, 3, 31), 1), (2, date(2026, 4, 1), 2), (3, None, 9)),
    }
    assert ask(definitions, "x, y, both, both0 by month", tables) == [
        (date(2026, 1, 1), 5, None, None, 5),
        (date(2026, 3, 1), 7, 1, 6, 6),
        (date(2026, 4, 1), None, 2, None, -2),
        (None, None, 9, None, -9),
    ]


ROLES = """
entity deal from deals {
  key deal_id
  time created_at : date default
  time closed_at : date
  fact amount : integer
}
metric opened = count(deal)
metric closed = count(deal) at closed_at
metric closed_anyway = closed at created_at
"""
DEALS = {
    "deals": table(
        "deal_id created_at closed_at amount",
        (1, date(2026, 1, 5), date(2026, 2, 5), 1),
        (2, date(2026, 1, 6), None, 2),
        (3, date(2026, 2, 7), date(2026, 2, 8), 3),
    )
}


def test_a_role_playing_date():
    assert ask(ROLES, "opened, closed by month", DEALS) == [
        (date(2026, 1, 1), 2, 0),
        (date(2026, 2, 1), 1, 2),
        (None, 0, 1),
    ]


def test_the_innermost_at_wins():
    assert ask(ROLES, "closed_anyway by month", DEALS) == [(date(2026, 2, 1), 2), (None, 1)]


def test_a_grain_of_the_own_time_is_the_period_and_of_another_a_dimension():
    by_close = ask(ROLES, "opened, closed by deal.closed_at.month during 2026-02", DEALS)
    assert by_close == [(date(2026, 2, 1), 1, 2)]
