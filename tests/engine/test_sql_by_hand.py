"""SQL that is printed gives the numbers of the result when it is run by hand, on an engine without decimals too."""

import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest

import metricdsl
from metricdsl.engine.project import open_project
from tests.engine.conftest import PROJECT, write

ON_SQLITE = PROJECT.replace("files:data", "sqlite:///shop.db")
DEFINITIONS = """
entity customer from customers { key customer_id  dimension region : text }
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_at : date
  fact amount : money(USD, 2)
  fact rate : share
}
metric orders = count(order)
metric revenue = sum(order.amount) { minimum 1 }
metric plain = sum(order.amount) { empty 0 }
metric mean = avg(order.amount)
metric least = min(order.rate)
"""
QUESTIONS = (
    "plain",
    "plain, mean, orders",
    "plain by month",
    "plain by customer.region having plain > 2 sort plain desc limit 2",
    "plain by customer.region, month having orders >= 1 sort mean",
    "revenue, plain by customer.region",
    "revenue by customer.region having revenue > 0",
    "least, plain by order.amount",
    "values order.amount",
    "orders by top(customer.region, 1, by: plain)",
    "plain by top(customer.region, 1, by: plain), month",
    "plain by month fill",
    "plain, before: prior(plain, 1 month), part: share(plain, of: customer.region) by month, customer.region",
    "total(plain), running: trailing(plain, 2 months) by month",
    "plain * 3 - plain where order.amount > 1.5",
    "max(plain per customer.region)",
)


@pytest.fixture
def project(tmp_path):
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("create table customers (customer_id integer, region text)")
        connection.executemany("insert into customers values (?, ?)", [(1, "EU"), (2, "US"), (3, None)])
        connection.execute(
            "create table orders (order_id integer, customer_id integer, ordered_at date, amount decimal(9, 2), rate real)"
        )
        connection.executemany(
            "insert into orders values (?, ?, ?, ?, ?)",
            [
                (1, 1, "2026-01-10", 100.75, 0.5),
                (2, 1, "2026-01-31", 0.05, 0.1234),
                (3, 2, "2026-03-01", 2.5, None),
                (4, 2, "2026-03-31", 100.75, 0.25),
                (5, 9, "2026-03-02", -3.1, 1),
                (6, 3, None, None, 0.75),
            ],
        )
        connection.commit()
    write(tmp_path, DEFINITIONS, None, ON_SQLITE)
    with open_project(tmp_path) as opened:
        yield opened


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("question", QUESTIONS)
def test_by_hand(project, tmp_path, question):
    query = project.query(question)
    assert not query.failed, query.problems
    with query.run() as result:
        expected, columns = list(result.rows), result.columns
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        rows = connection.execute(query.sql()).fetchall()
    assert len(rows) == len(expected) > 0
    for by_hand, told in zip(rows, expected, strict=True):
        for value, one, column in zip(
            by_hand, told, columns, strict=False
        ):  # marks of what is withheld follow
            if not column.others and one is not metricdsl.WITHHELD and not hasattr(one, "isoformat"):
                assert _plain(value) == (
                    pytest.approx(_plain(one)) if isinstance(_plain(one), float) else one
                )


def test_compiled_without_a_project():
    text = DEFINITIONS.replace("{ minimum 1 }", "")
    compiled = metricdsl.compile(text, "plain, mean", dialect="sqlite")
    assert compiled.sql is not None
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table orders (order_id, customer_id, ordered_at, amount real, rate real)")
        connection.execute(
            "insert into orders values (1, 1, '2026-01-10', 100.75, 0.5), (2, 1, null, 0, 0.5)"
        )
        assert connection.execute(compiled.sql).fetchall() == [(100.75, 50.375)]
    assert {column.encoding.name for column in compiled.columns} == {"PLAIN"}
