"""Which metrics the data can serve, and for want of what it cannot serve the others; what it can serve is answered."""

import pytest

from tests.engine.conftest import DEFINITIONS


def not_served(project) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(p.code, p.metric, p.needs) for p in project.check_live() if p.code == "X731"]


@pytest.mark.parametrize(
    ("more", "metric", "needs"),
    [
        ("metric discounts = sum(order.discount)", "discounts", "orders.discount"),
        ("define summed(x) = sum(x)\nmetric cut = summed(order.discount) / orders", "cut", "orders.discount"),
        ("metric deep = avg(growth(sum(order.discount), 1 month) per customer)", "deep", "orders.discount"),
        (
            "entity visit from visits { key visit_id }\nmetric visits = count(visit)",
            "visits",
            "the table visits",
        ),
    ],
)
def test_a_metric_says_what_it_lacks_x731(shop, more, metric, needs):
    declared = DEFINITIONS.replace("fact amount", "fact discount : money(USD, 2)\n  fact amount")
    project = shop(f"{declared}\n{more}\n")
    assert not_served(project) == [("X731", metric, (needs,))]
    assert project.query("revenue").run().rows[0][0] == 18.5


def test_nothing_is_said_of_what_the_data_serves(shop):
    assert not_served(shop(DEFINITIONS)) == []


RATES = "rates bank from bank_rates by day { day d  currency code  into USD  rate price }"
OFFICE = "calendar office { hours monday to friday 09:00 to 17:00  holidays from days_off.day }"


@pytest.mark.parametrize(
    ("more", "metric", "needs"),
    [
        (
            f"{RATES}\nmetric in_dollars = sum(convert(order.amount, USD))",
            "in_dollars",
            "the table bank_rates",
        ),
        (
            f"{OFFICE}\nmetric wait = sum(business_time(order.ordered_at, 2026-12-31, office))",
            "wait",
            "the table days_off",
        ),
    ],
)
def test_rates_and_holidays_that_are_not_there_x731(shop, more, metric, needs):
    declared = DEFINITIONS.replace("money(USD, 2)", "money(EUR, 2)")
    assert not_served(shop(f"{declared}\n{more}\n")) == [("X731", metric, (needs,))]


@pytest.mark.parametrize(
    "more",
    [
        "metric shipped = count(order) at shipped_at",
        "metric late = growth(sum(order.amount), 1 month) at shipped_at",
        "define sent(m) = m at shipped_at\nmetric sent_share = sent(orders) / orders as share",
    ],
)
def test_a_time_that_a_metric_says_is_lacking_x731(shop, more):
    declared = DEFINITIONS.replace("fact amount", "time shipped_at : date\n  fact amount").replace(
        'date "YYYY-MM-DD"', 'date "YYYY-MM-DD" default'
    )
    project = shop(f"{declared}\n{more}\n")
    [problem] = [p for p in project.check_live() if p.code == "X731"]
    assert problem.needs == ("orders.shipped_at",)
    assert project.query("revenue").run().rows[0][0] == 18.5
    if "growth" not in more:
        assert problem.timeless
        assert "by period" in problem.message()
