"""A shop with rows that engines stumble over, and questions about it: traps of whole queries, by their number in the list of traps."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

from datetime import date, datetime, timedelta
from decimal import Decimal

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.reference import Settings, Table, evaluate

SHOP = SourceFile.of(
    "case.metric",
    """
entity shop from shops {
  key code
  dimension code : text
  dimension name : text
}
entity order from orders {
  key order_id
  join shop on shop_code
  time at : timestamp
  dimension shop_code : text
  dimension note : text
  dimension is_paid : boolean
  fact amount : decimal(2)
  fact level : float
}
metric orders  = count(order)
metric revenue = sum(order.amount)
metric notes   = count(distinct order.note)
metric first   = min(order.note)
metric last    = max(order.note)
metric few     = count(order) { minimum 2 }
""",
)
SHOPS = Table(
    (("code", "text"), ("name", "text")),
    (("a", "small"), ("A", "large"), ("a ", "blank"), ("á", "accent"), ("x%", "per_cent"), ("b", None)),
)
TEXTS = ("abc", "ABC", "abc ", "ábc", "", "a%c", "a_c", "a\\c", "a'c", None, "ẞ", "ß", "\U0001f600")
CODES = ("a", "A", "a ", "á", "x%", "b", "none", None)


def rows():
    for n in range(104):
        at = datetime(2025, 11, 30) + timedelta(days=n * 3, hours=n % 24)
        amount = None if n % 11 == 0 else Decimal(n * 7 % 50) - Decimal("12.35")
        yield (
            n, CODES[n % len(CODES)], None if n % 13 == 5 else at, TEXTS[n % len(TEXTS)],
            (True, False, None)[n % 3], amount, None if n % 5 == 0 else n / 7,
        )  # fmt: skip


ORDERS = Table(
    (
        *(("order_id", "integer"), ("shop_code", "text"), ("at", "timestamp"), ("note", "text")),
        *(("is_paid", "boolean"), ("amount", "decimal(2)"), ("level", "float")),
    ),
    tuple(rows()),
)
TABLES = {"shops": SHOPS, "orders": ORDERS}
SETTINGS = Settings(today=date(2026, 11, 30))
ASKED = {
    "5 rows that a join does not find": "orders, revenue by shop.name",
    "5 and whose values are null": "orders where shop.name is null",
    "6 totals beside groups": "orders, all: total(orders), part: share(orders, of: shop.code) by shop.code",
    "7 columns that are called as what they are made of": "note: orders, at: revenue by order.note",
    "8 what is not in a list, and nulls": 'orders where order.note not in ("abc", "ABC")',
    "9 nulls come last, up and down": "revenue by order.note sort revenue desc",
    "9 nulls come last in names too": "orders by order.note sort order.note desc",
    "17 cells of more than a thousand days": "orders by day during 2023-01 to 2026-11 fill",
    "17 months from the end of one": "orders by month during 2025-11-30 to 2026-08-31 fill",
    "23 a period has all of its last day": "orders during 2025-11-30 to 2025-12-06",
    "24 metrics of different rows in one table": "orders, sold: sum(order.amount where order.is_paid), revenue by order.note, month",
    "25 conditions of aggregates": "paid: count(order where order.is_paid), not_paid: count(order where not order.is_paid) by shop.code",
    "26 groups chosen by what is not shown": "orders by order.note having revenue > 0",
    "26 groups chosen by their own key": "orders by month having month > 2026-01-31",
    "28 places in an order": "m: median(order.amount), p: percentile(order.level, 90%), d: percentile(order.amount, 30%, method: discrete) by shop.code",
    "30 moments": "s: stddev(order.level), v: variance(order.amount), c: correlation(order.level, order.amount), r: slope(order.amount, order.level) by order.is_paid",
    "33 the first and the last by time": "f: first(order.note), l: last(order.amount) by order.is_paid",
    "35 windows of time": "t: trailing(revenue, 40 days), r: running(orders), p: prior(revenue, 1 month) by month",
    "36 pairs": "p: count(distinct order.note, order.shop_code)",
    "37 groups of exact texts": "orders by order.note",
    "37 exact keys of joins": "orders by shop.name, shop.code",
    "37 the least and the greatest text": "notes, first, last by order.is_paid",
    "37 an exact text in a condition": 'orders where order.note = "ABC"',
    "37 a blank is not nothing": 'orders where order.note = "" or shop.code = "a "',
    "38 signs of patterns": 'orders where contains(order.note, "%") or starts_with(order.note, "a_")',
    "39 backslashes and quotes": 'orders where order.note = "a\\\\c" or order.note = "a\'c"',
    "39 patterns": 'orders where matches(order.note, "^[aA].c$")',
    "42 conditions as dimensions": "orders by order.is_paid",
    "47 the best of equals": "orders by order.note sort orders desc limit 5",
    "results of few rows": "few, all: count(order) by order.note",
}


def agrees(bench, engine, query):
    """That an engine answers as the reference evaluator does."""
    answer = bench.ask(engine, (SHOP,), TABLES, query, SETTINGS)
    assert not [p for p in answer.problems if p.severity.value == "error"], answer.problems
    question = read_query(SourceFile.of("query", query))
    assert not question.problems, question.problems
    wanted = evaluate([read(SHOP).value], question.value, TABLES, SETTINGS)
    assert len(wanted.rows) > 0
    assert not differences(answer.columns, answer.rows, wanted.columns, wanted.rows)
