from decimal import Decimal

import pytest

pytestmark = pytest.mark.real

# What is open at the end of a month. Said by a condition here: `while start_date to end_date` is not in this version.
OPEN = "where subscription.start_date <= {day} and (subscription.end_date is null or subscription.end_date > {day})"


@pytest.fixture
def ask(real_project):
    project = real_project("mrr_playbook")
    return lambda query: project.query(query).run().rows


def test_customers(ask):
    assert ask("customers") == [(55,)]


@pytest.mark.parametrize(
    ("day", "amount"),
    [("2018-12-31", 585), ("2019-04-30", 895), ("2019-11-30", 1840), ("2019-12-31", 1255)],
)
def test_recurring_revenue_at_the_end_of_a_month(ask, day, amount):
    assert ask(f"amount {OPEN.format(day=day)}") == [(Decimal(amount),)]


def test_customers_at_the_end_of_a_month(ask):
    assert ask(f"customers {OPEN.format(day='2019-11-30')}") == [(42,)]
