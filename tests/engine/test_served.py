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
