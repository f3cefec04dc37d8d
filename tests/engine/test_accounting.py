"""What a result accounts for, through the façade."""

from itertools import product

import pytest

import metricdsl
from metricdsl import OTHERS, QueryError
from metricdsl.execution.accounting import NullGroup

DEFINITIONS = """
entity customer from customers { key customer_id  dimension region : text }
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_on : date
  dimension status : text
  fact amount : money(USD, 2)
}
metric revenue = sum(order.amount)
metric orders  = count(order)
metric few     = count(order) { minimum 3 }
"""
ORDERS = """order_id,customer_id,ordered_on,status,amount
1,1,2026-01-05,done,10.00
2,1,2026-02-06,open,20.00
3,2,2026-02-07,,
4,9,,done,40.00
5,,2025-12-31,done,50.00
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "customers.csv").write_text("customer_id,region\n1,EU\n2,\n")
    (tmp_path / "data" / "orders.csv").write_text(ORDERS)
    (tmp_path / "shop.metric").write_text(DEFINITIONS)
    (tmp_path / "metricdsl.toml").write_text(
        '[project]\nname = "shop"\nlanguage = 1\ntoday = 2026-02-15\ndefinitions = ["shop.metric"]\n'
        '[connections.default]\nurl = "files:data"\n'
    )
    with metricdsl.open(tmp_path) as opened:
        yield opened


def test_the_parts_of_an_aggregate(project):
    asked = project.query('revenue by customer.region where order.status != "open" during 2026')
    (account,) = asked.accounting().accounts
    assert account.aggregate == "sum(order.amount)"
    assert account.entity == "order"
    assert account.rows == 5
    assert account.parts == (1, 1, 1, 1, 1)
    assert account.groups == (NullGroup(name="customer.region", unmatched=0, null=0),)


def test_rows_without_a_match_and_null_besides(project):
    (account,) = project.query("revenue by customer.region").accounting().accounts
    assert account.groups == (NullGroup(name="customer.region", unmatched=2, null=1),)
    assert account.without_value == 1


def test_values_account_for_the_rows_of_their_entity(project):
    (account,) = project.query('values customer.region where customer.region != "US"').accounting().accounts
    assert (account.rows, account.read, account.unknown) == (2, 1, 1)


def test_periods_that_are_not_whole(project):
    accounting = project.query("revenue by month during 2026-01 to 2026-02").accounting()
    assert accounting.partial == (("2026-02", "it is not over"),)
    assert accounting.to_json_object()["partial"] == [{"period": "2026-02", "why": "it is not over"}]


CONDITIONS = ("", 'where order.status = "done"', 'where customer.region = "EU" or order.status is null')
RANGES = ("", "during 2026", "during 2026-02", "during last 2 months")
GROUPS = ("", "by customer.region", "by month", "by region: top(customer.region, 1, by: orders), month")
COLUMNS = ("revenue", "growth(orders, 1 month)", "trailing(revenue, 40 days)", "avg(revenue per customer)")


@pytest.mark.parametrize(("condition", "within"), list(product(CONDITIONS, RANGES)))
def test_all_parts_add_up_to_all_rows(project, condition, within):
    for group, column in product(GROUPS, COLUMNS):
        for account in project.query(f"{column} {group} {condition} {within}").accounting().accounts:
            assert sum(account.parts) == account.rows == 5
            assert 0 <= account.without_rate <= account.without_value <= account.read


@pytest.mark.parametrize(
    "question", ["few", "revenue, few by customer.region", "few / orders by month during 2026"]
)
def test_a_minimum_keeps_the_parts_back(project, question):
    with pytest.raises(QueryError) as raised:
        project.query(question).accounting()
    assert [problem.code for problem in raised.value.problems] == ["Q514"]


def test_what_is_wrong_with_the_data_is_told_as_by_an_answer(project, tmp_path):
    (tmp_path / "data" / "customers.csv").write_text("customer_id,region\n1,EU\n1,US\n")
    with pytest.raises(QueryError) as raised:
        project.reopened().query("revenue by customer.region").accounting()
    assert [problem.code for problem in raised.value.problems] == ["X708"]


def test_all_others_in_each_form(project):
    asked = project.query("orders by region: top(customer.region, 1, by: orders)")
    result = asked.run()
    assert result.rows == [("EU", 2), (OTHERS, 3)]
    found = result.to_json_object()
    assert found["columns"][0]["others"] is True
    assert found["rows"] == [["EU", 2], [None, 3]]
    assert str(OTHERS) == "others"
