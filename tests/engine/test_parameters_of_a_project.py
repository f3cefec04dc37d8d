"""`[parameters]` of a project file: values in place of defaults, for the project's own parameters and for packages'."""

import pytest

from tests.engine.conftest import ORDERS, PROJECT

OWN = """
package shop
param large : money(USD, 2) = 100
param word = "orders of the day"
entity order from orders { key order_id  time ordered_at : date "YYYY-MM-DD"  fact amount : money(USD, 2) }
metric large_orders = count(order where amount >= large)
"""
ROOT = """
use shop
param most : integer = 1
metric busy = shop.large_orders > most
"""


@pytest.fixture
def asked(shop):
    """What a question says with these parameters in the project file."""

    def ask(said: str, question: str = "shop.large_orders", **given: object):
        project = shop({"own.metric": OWN, "root.metric": ROOT}, {"orders.csv": ORDERS}, PROJECT + said)
        return project, project.query(question, parameters=given)

    return ask


@pytest.mark.parametrize(
    ("said", "given", "expected"),
    [
        ("", {}, 0),
        ('[parameters]\n"shop.large" = 5\n', {}, 2),
        ("[parameters]\nshop.large = 2.5\n", {}, 3),
        ("[parameters]\nlarge = 5\n", {}, 2),
        ("[parameters]\nshop.large = 5\n", {"large": 10}, 1),
        ("[parameters]\nlarge = 5\n", {"shop.large": 10}, 1),
        ("[parameters]\nshop.large = 5\n", {"most": 3}, 2),
    ],
)
def test_in_place_of_the_default(asked, said, given, expected):
    project, question = asked(said, **given)
    assert not [p for p in project.problems if p.code.startswith("Q")]
    assert question.run().rows == [(expected,)]


@pytest.mark.parametrize(
    ("said", "code", "at"),
    [
        ("[parameters]\nlrage = 5\n", "Q512", "lrage"),
        ('[parameters]\n"shop.large" = "many"\n', "Q513", "large"),
    ],
)
def test_what_is_no_parameter_or_no_value_is_told_at_its_place(asked, said, code, at):
    project, _ = asked(said)
    [problem] = [p for p in project.problems if p.code == code]
    assert problem.span is not None
    file = project.sources["metricdsl.toml"].text
    assert at in file[problem.span.start : problem.span.end]


def test_a_source_takes_a_parameter_by_its_dotted_name(shop):
    binding = """
    package system
    param currency = "USD"
    source orders from purchases { amount = total  currency = system.currency  size = if(total is null, null, lower(system.currency)) }
    entity order from orders {
      key order_id  dimension currency : text  dimension size : text  fact amount : money(currency, 2)
    }
    metric in_euros = sum(order.amount where order.currency = "EUR")
    """
    table = {"purchases.csv": "order_id,total\n1,2.50\n2,4.00\n"}
    project = shop({"s.metric": binding}, table, PROJECT + '[parameters]\nsystem.currency = "EUR"\n')
    found = project.query("count(system.order) by system.order.currency, system.order.size").run().rows
    assert found == [("EUR", "eur", 2)]


def test_a_dotted_name_that_is_none_is_told(shop):
    binding = """
    package system
    source orders from purchases { amount = system.currency }
    entity order from orders { key order_id  fact amount : number }
    metric total = sum(order.amount)
    """
    project = shop({"s.metric": binding}, {"purchases.csv": "order_id,total\n1,2.50\n"})
    [problem] = [p for p in project.query("system.total").problems if p.severity.value == "error"]
    assert problem.code == "N201"
