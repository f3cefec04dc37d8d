"""Hints: what is allowed and may still not be meant; and where it plainly is meant, no hint."""

import pytest

from tests.analysis.reading import resolve, told

SHOP = """
entity order from orders { key order_id  time ordered_at : date  dimension status : text
  fact amount : money(USD, 2)  fact score : integer }
entity refund from refunds { key refund_id  fact amount : money(USD, 2) }
metric revenue = sum(order.amount)
metric refunds = sum(refund.amount)
metric refunds0 = sum(refund.amount) { empty 0 }
define less(a, b) = a - b
report lessened = less(revenue, revenue)
"""

HINTED = [
    ("metric net = revenue - refunds", [("L901", "refunds")]),
    ("metric net = less(revenue, refunds) / 2", [("L901", "refunds")]),
    ('metric net = revenue - sum(order.amount where status = "open")', [("L901", 'sum(order.amount where status = "open")')]),
    ("metric both = revenue + refunds", [("L901", "refunds")]),
    ('entity survey from surveys { key id  fact points : integer  dimension sort = if(points >= 9, "a", "b") }', [("L902", "points >= 9")]),
    ("metric promoters = count(order where if(score >= 9, true, false))", [("L902", "score >= 9")]),
    ("define good(x) = if(x > 5, 1, 0)\nmetric n = sum(good(order.score))", [("L902", "x > 5")]),
    ("metric sales = sum(order.amount)", [("L904", "sales")]),
    ("define total(e) = sum(e.amount)\nmetric sales = total(order)", [("L904", "sales")]),
    ("metric sales = revenue", [("L904", "sales")]),
    ('metric one = count(order where status = "x" and score = 1)\nmetric two = count(order where score = 1) where order.status = "x"', [("L904", "two")]),
]  # fmt: skip

NOT_HINTED = [
    "metric revenue0 = revenue * 2 { empty 0 }\nmetric net = revenue0 - refunds0",
    "metric open_share = revenue - sum(order.amount)",
    "metric n = (count(order) as number) - (count(refund) as number)",
    "metric least_points = if(coalesce(revenue, 0) > 5, 1, 0)",
    "metric promoters = count(order where case(score is null, null, score >= 9, true, false))",
    "metric promoters = count(order where case(score >= 9, true, null))",
    "metric old = sum(order.amount) { status deprecated  replaced by revenue }",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), HINTED)
def test_hint(text, wanted):
    outcome = resolve(SHOP + text)
    assert told(outcome.problems, SHOP + text, "", errors_only=False) == wanted
    assert not outcome.failed


@pytest.mark.parametrize("text", NOT_HINTED)
def test_no_hint(text):
    assert told(resolve(SHOP + text).problems, SHOP + text, "", errors_only=False) == []


def test_across_packages():
    other = "package board\nuse shop\nmetric net = revenue - refunds\nmetric turnover = revenue\n"
    files = ("package shop\n" + SHOP, other)
    assert told(resolve(*files).problems, *files, "", errors_only=False) == [
        ("L901", "refunds"),
        ("L904", "turnover"),
    ]
