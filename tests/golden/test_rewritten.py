"""What the rewrites of plans do to questions whose rows have values made of children: where each applies, and where it must not.

That they keep the result is proven on generated rows (tests/plan/test_rewrites.py); here it is seen that they do their work.
"""

from datetime import date
from pathlib import Path

import pytest

from metricdsl.engine.project import open_project
from metricdsl.plan import build, rewrite, text
from metricdsl.plan.rewrite import OPTIONAL, RULES
from tests.golden.test_golden import same
from tests.plan.lookups import DEFINITIONS
from tests.sql.shop_rows import REGISTRY

HERE = Path(__file__).parent
STOCK = """
entity balance from balances {
  key balance_id
  time day_on : date
  dimension holder : text
  fact held : decimal(2) stock last by day_on per holder
}
metric held = sum(balance.held)
"""
TODAY = date(2024, 3, 31)

QUESTIONS = {
    "some_and_none": ("orders where order.items > 0 and order.late_items = 0", "duckdb"),
    "none_is_counted": ("orders where order.items > 0 and order.late_items = 0", "sqlite"),
    "some_that_is_shown": ("orders by order.items where order.items >= 1", "duckdb"),
    "more_than_one": ("orders where order.kinds > 1 and order.late_kinds = 1", "duckdb"),
    "of_one_reading": ("orders by order.items, order.kinds where order.late_kinds = 3", "duckdb"),
    "needed_keys": ('tickets: amount by customer.spent where customer.segment = "a"', "duckdb"),
    "own_rows_needed": ('amount where (count(order) per order.customer_id) > 1 and order.status = "open"', "duckdb"),
    "too_many_keys_to_choose": ("amount by customer.spent where customer.rating > 1", "duckdb"),
    "days": ("amount by month, order.status", "duckdb"),
    "days_of_windows": ("trailing(amount, 3 months) by month", "duckdb"),
    "days_of_windows_of_some": ("trailing(amount, 3 months) by month where order.items > 0", "duckdb"),
    "windows_in_a_period": (
        "trailing(median(order.amount), 3 months) by month during 2024-01 to 2024-02",
        "duckdb",
    ),
    "no_days_where_it_does_not_merge": ("median(order.amount) by month", "duckdb"),
    "needed_in_a_period": (
        'amount where (count(order) per order.customer_id) > 1 and order.status = "open" during 2024-02',
        "duckdb",
    ),
    "windows_of_rows": ("trailing(median(order.amount), 3 months) by month", "duckdb"),
    "stock_of_each": ("held by month", "duckdb"),
    "days_seen": ("trailing(count(distinct order.status), 28 days) by day during 2024-01 to 2024-02", "duckdb"),
    "no_days_by_many": ("amount by month, order.agent_id", "duckdb"),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lookups")
    (folder / "case.metric").write_text(DEFINITIONS + STOCK)
    (folder / "metricdsl.toml").write_text(
        '[project]\nname = "case"\nlanguage = 1\ndefinitions = ["case.metric"]\n'
    )
    with open_project(folder, environment={}, today=TODAY) as opened:
        yield opened


@pytest.mark.parametrize("name", QUESTIONS)
def test_plan(project, name):
    query, dialect = QUESTIONS[name]
    plan = build(project.query(query)._must_resolve())
    made = rewrite(plan, REGISTRY, REGISTRY.dialects[dialect])
    same(HERE / "rewritten" / f"{name}.txt", f"{query}\n\n{text(made)}")


def test_each_rule_does_something(project):
    """Of these questions."""
    changing = set()
    for query, dialect in QUESTIONS.values():
        plan, of = build(project.query(query)._must_resolve()), REGISTRY.dialects[dialect]
        whole = text(rewrite(plan, REGISTRY, of))
        for rule in OPTIONAL:
            fewer = tuple(r for r in RULES if r is not rule)
            if text(rewrite(plan, REGISTRY, of, fewer)) != whole:
                changing.add(rule.__name__)
    assert changing == {rule.__name__ for rule in OPTIONAL}
