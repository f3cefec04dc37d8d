"""Joins whose columns are of another kind than the key they meet: refused where engines would differ, with a way out."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from metricdsl.engine.project import Project, open_project
from tests.engine.conftest import CUSTOMERS, ORDERS, write

PROJECT = """
[project]
name = "keys"
language = 1

[connections.default]
url = "{url}"
"""
DEFINITIONS = """
entity cust from cust {{ key id  dimension region : text  dimension frequent = count(order) > 1  {of_key} }}
entity order from orders {{ key id  join cust on cust_id  fact amount : money(USD, 2)  {of_join} }}
metric total = sum(order.amount)
metric orders = count(order)
"""


@pytest.fixture(params=["sqlite", "duckdb"])
def keyed(request, tmp_path: Path):
    """Opens a project over orders and customers, their keys declared to the database as said."""

    def opened(key: str, foreign: str, of_key: str = "", of_join: str = "") -> Project:
        made = [
            f"create table cust (id {key}, region text)",
            f"create table orders (id int, cust_id {foreign}, amount decimal(10, 2))",
            "insert into cust values ('1', 'EU'), ('2', 'US')",
            "insert into orders values (1, '1', 1), (2, '2', 2), (3, '2', 4), (4, null, 8)",
        ]
        if request.param == "sqlite":
            (tmp_path / "keys.db").unlink(missing_ok=True)
            with closing(sqlite3.connect(tmp_path / "keys.db")) as connection:
                connection.executescript(";".join(made))
        else:
            (tmp_path / "keys.db").unlink(missing_ok=True)
            with duckdb.connect(str(tmp_path / "keys.db")) as connection:
                for statement in made:
                    connection.execute(statement)
        definitions = DEFINITIONS.format(of_key=of_key, of_join=of_join)
        write(tmp_path, definitions, None, PROJECT.format(url=f"{request.param}:///keys.db"))
        return open_project(tmp_path)

    return opened


FOUND = [("EU", Decimal(1)), ("US", Decimal(6)), (None, Decimal(8))]
TEXT_AND_NUMBER = "the join `cust` compares `cust_id`, text, with `cust.id`, an integer"


@pytest.mark.parametrize(
    ("key", "foreign", "of_key", "of_join", "message"),
    [
        ("integer", "text", "", "", TEXT_AND_NUMBER),
        (
            "text",
            "integer",
            "",
            "",
            "the join `cust` compares `cust_id`, an integer, with `cust.id`, text",
        ),
        ("integer", "integer", "", "dimension cust_id : text", TEXT_AND_NUMBER),
        (
            "text",
            "text",
            "dimension id : decimal(2)",
            "",
            "the join `cust` compares `cust_id`, text, with `cust.id`, a decimal",
        ),
    ],
)
def test_a_join_of_different_kinds_is_refused(keyed, key, foreign, of_key, of_join, message):
    project = keyed(key, foreign, of_key, of_join)
    for question in (
        "total by cust.region",
        'total where cust.region = "EU"',
        "x: count(cust where frequent)",
    ):
        [problem] = project.query(question).problems
        assert (problem.code, problem.message()) == ("X732", message)
        assert project.sources[problem.span.file].slice(problem.span) == "cust"
    assert project.query("total").run().rows == [(15,)]  # which joins nothing
    assert [(p.code, p.message()) for p in project.check(live=True)] == [("X732", message)]


@pytest.mark.parametrize(
    ("key", "foreign", "of_key", "of_join"),
    [
        ("integer", "text", "", "dimension cust_id : integer"),
        ("integer", "text", "dimension id : text", ""),
        ("text", "integer", "dimension id : integer", ""),
        ("bigint", "smallint", "", ""),
        ("decimal(10, 2)", "integer", "", ""),
        ("integer", "decimal(10, 2)", "", ""),
        ("decimal(12, 4)", "decimal(10, 2)", "", ""),
        ("double", "decimal(10, 2)", "", ""),
        ("integer", "real", "", ""),
        ("integer", "integer", "dimension id : decimal(2)", ""),
    ],
)
def test_what_is_declared_alike_and_numbers_meet(keyed, key, foreign, of_key, of_join):
    project = keyed(key, foreign, of_key, of_join)
    assert project.query("total by cust.region").run().rows == FOUND
    assert project.query("x: count(cust where frequent)").run().rows == [(1,)]
    assert [row[1] for row in project.query("orders by cust").run().rows] == [1, 2, 1]
    assert project.check(live=True) == ()


def test_text_files(shop):
    definitions = """
entity customer from customers { key customer_id  dimension region : text  dimension customer_id : integer }
entity order from orders { key order_id  join customer on customer_id }
metric orders = count(order)
"""
    [problem] = (
        shop(definitions, {"customers.csv": CUSTOMERS, "orders.csv": ORDERS})
        .query("orders by customer.region")
        .problems
    )
    assert problem.code == "X732"
    [fix] = problem.fixes()
    assert "`dimension customer_id : integer`" in fix.title
    alike = definitions.replace("on customer_id }", "on customer_id  dimension customer_id : integer }")
    assert shop(alike).query("orders by customer.region").run().rows == [("EU", 1), (None, 3)]


@pytest.mark.parametrize(
    ("declared", "codes"), [("text", ["X732"]), ("decimal(2)", ["X732"]), ("integer", [])]
)
def test_joins_by_time(shop, declared, codes):
    definitions = f"""
entity price from prices {{
  key product, since  time since : date  time until : date  valid from since to until
  dimension product : integer  dimension name : text
}}
entity sale from sales {{ key id  join price on product as of day  time day : date default  dimension product : {declared} }}
metric sales = count(sale)
"""
    data = {
        "prices.csv": "product,since,until,name\n1,2026-01-01,2026-02-01,low\n1,2026-02-01,,high\n",
        "sales.csv": "id,product,day\n1,1,2026-01-15\n2,1,2026-03-15\n",
    }
    project = shop(definitions, data)
    query = project.query("sales by price.name")
    assert [problem.code for problem in query.problems] == codes
    assert [problem.code for problem in project.check(live=True)] == codes
    if not codes:
        assert query.run().rows == [("high", 1), ("low", 1)]
