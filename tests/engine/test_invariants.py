"""Invariants on the data: the groups where one does not hold are told, with what was compared."""

import pytest

from tests.engine.conftest import DEFINITIONS

MORE = """
define of_eu(m) = m where customer.region = "EU"
metric eu     = of_eu(orders)
metric others = orders where customer.region != "EU"
metric share  = eu / orders
"""


def broken(project) -> list[str]:
    problems = project.check_live()
    assert {p.code for p in problems} <= {"X718", "X750"}, problems
    return [p.message() for p in problems if p.code == "X750"]


@pytest.mark.parametrize(
    ("invariant", "said"),
    [
        (
            'invariant "regions are everything": eu + others = orders by month',
            "regions are everything: this does not hold in 2 groups, the first of them month 2026-01-01 (eu + others 1; orders 2)",
        ),
        (
            "invariant of_eu(orders) = orders",
            "of_eu(orders) = orders: this does not hold (of_eu(orders) 1; orders 4)",
        ),
        (
            "invariant 2 <= orders and revenue < 10 by order.customer_id, month",
            "this does not hold in 4 groups, the first of them order.customer_id 1, month 2026-01-01 (orders 1; revenue 10.00)",
        ),
        ("invariant not (orders = 1) by order.customer_id", "this does not hold in 4 groups"),
        (
            'invariant "holds": holds > 9\nmetric holds = orders * 2',
            "holds: this does not hold (holds 8)",
        ),
    ],
)
def test_what_does_not_hold_is_told_with_its_values(shop, invariant, said):
    [problem] = [p for p in shop(f"{DEFINITIONS}{MORE}{invariant}\n").check_live() if p.code == "X750"]
    assert said in problem.message()


def test_what_holds_or_is_null_is_not_told(shop):
    invariants = """
invariant eu <= orders by month
invariant 0% <= share <= 100% by month
invariant revenue / (orders - orders) > 1000
"""
    assert broken(shop(f"{DEFINITIONS}{MORE}{invariants}")) == []


def test_an_invariant_of_what_cannot_be_read_is_not_asked(shop):
    more = "entity visit from visits { key visit_id }\nmetric visits = count(visit)\ninvariant visits > 5\n"
    codes = [p.code for p in shop(f"{DEFINITIONS}{more}").check_live()]
    assert "X750" not in codes
    assert "X701" in codes


def test_an_invariant_of_a_package_is_asked_with_its_names(shop):
    packaged = DEFINITIONS.replace("\nentity customer", "package shop\nentity customer", 1)
    [said] = broken(shop(f"{packaged}\ninvariant orders = 3\n"))
    assert said == "orders = 3: this does not hold (orders 4)"
