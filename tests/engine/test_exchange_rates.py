"""What is told beside a result that converts money, and what stops it."""

from pathlib import Path

import duckdb
import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import open_project

PROJECT = '[project]\nname = "p"\nlanguage = 1\n[connections.default]\nurl = "duckdb:///data.duckdb"\n'
METRICS = """
entity order from orders {
  key order_id
  time day : date
  dimension currency : text
  fact amount : money(currency, 2)
}
rates ecb from fx by day { day d  currency code  into EUR  rate price }
metric revenue = sum(convert(order.amount, EUR))
metric orders = count(order)
"""


def _project(folder: Path, rates: str):
    (folder / "metricdsl.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "definitions").mkdir()
    (folder / "definitions" / "all.metric").write_text(METRICS, encoding="utf-8")
    with duckdb.connect(str(folder / "data.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders (order_id INTEGER, day DATE, currency VARCHAR, amount DECIMAL(9,2))"
        )
        connection.execute(
            "INSERT INTO orders VALUES (1,'2026-01-01','USD',1), (2,'2026-01-02','USD',1), (3,'2026-01-03','EUR',1),"
            " (4,'2026-01-02','GBP',1), (5,'2026-01-09','GBP',1), (6,'2026-01-09','GBP',null)"
        )
        connection.execute("CREATE TABLE fx (d DATE, code VARCHAR, price DECIMAL(9,4))")
        connection.execute(f"INSERT INTO fx VALUES {rates}")
    return open_project(folder)


@pytest.mark.parametrize(
    "question", ["revenue", "revenue by month", "revenue by order.currency", "revenue where order.amount > 0"]
)
def test_rows_that_lack_a_rate_are_told_with_the_result(tmp_path: Path, question: str):
    with _project(tmp_path, "('2026-01-01','USD',0.5)") as project, project.query(question).run() as result:
        assert [(p.code, p.message()) for p in result.problems] == [
            (
                "X740",
                "3 rows have no rate into EUR in order (GBP 2, first on 2026-01-02; USD 1, first on 2026-01-02): they are left out",
            )
        ]


def test_nothing_is_told_where_no_rate_is_looked_up(tmp_path: Path):
    with _project(tmp_path, "('2026-01-01','USD',0.5)") as project, project.query("orders").run() as result:
        assert result.problems == ()


@pytest.mark.parametrize(
    "question", ["revenue", "revenue by order.currency, month", "orders, size: revenue / orders during 2026"]
)
def test_two_rates_for_one_day_and_pair_are_named(tmp_path: Path, question: str):
    rates = "('2026-01-01','USD',0.5), ('2026-01-02','GBP',2), ('2026-01-02','GBP',3)"
    with _project(tmp_path, rates) as project, pytest.raises(QueryError) as caught:
        project.query(question).run()
    (problem,) = caught.value.problems
    assert problem.code == "X741"
    assert problem.message() == "the rates ecb have two rates for one day and pair: 2026-01-02, GBP"
    assert problem.span is not None


SOURCES = {
    "some columns renamed": ('where kind = "mid"  d = day', "day d  currency base  into quote  rate px"),
    "no column named": ('where kind = "mid"', "day day  currency base  into quote  rate px"),
    "all columns renamed": (
        'where kind = "mid"  d = day  code = base  target = quote  price = px',
        "day d  currency code  into target  rate price",
    ),
    "the rate by a formula": (
        'where kind = "mid"  price = replace(px, ",", ".")',
        "day day  currency base  into quote  rate price",
    ),
    "the rate under another's name": (
        'where kind = "mid"  px = px',
        "day day  currency base  into quote  rate px",
    ),
}


@pytest.mark.parametrize("rule", ["day", "month end", "month average"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_over_text_files_gives_rates(tmp_path: Path, source: str, rule: str):
    columns, rates = SOURCES[source]
    (tmp_path / "definitions").mkdir()
    (tmp_path / "metricdsl.toml").write_text(
        PROJECT.replace("duckdb:///data.duckdb", "files:data"), encoding="utf-8"
    )
    (tmp_path / "definitions" / "all.metric").write_text(
        f"source fxs from fx {{ {columns} }}\n"
        f"rates ecb from fxs by {rule} {{ {rates} }}\n"
        "entity order from orders { key order_id  time at : date  fact amount : money(USD, 2) }\n"
        "metric revenue = sum(convert(order.amount, EUR))\n",
        encoding="utf-8",
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fx.csv").write_text(
        "base,quote,day,px,kind\nUSD,EUR,2026-01-31,0.90,mid\nUSD,EUR,2026-01-31,0.80,ask\nUSD,EUR,2026-02-28,0.95,mid\n",
        encoding="utf-8",
    )
    (tmp_path / "data" / "orders.csv").write_text(
        "order_id,at,amount\n1,2026-01-31,100.00\n2,2026-02-28,10.00\n3,2026-02-28,5.00\n", encoding="utf-8"
    )
    with open_project(tmp_path) as project, project.query("revenue").run() as result:
        assert result.problems == ()
        assert [*map(float, *result.rows)] == [pytest.approx(90 + 14.25)]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ('sum(convert(order.amount, EUR) where order.currency = "GBP"), orders', "2 rows have no rate into EUR in order (GBP 2"),
        ("revenue - prior(revenue, 2 days) during 2026-01-04 to 2026-01-05", "2 rows have no rate into EUR in order (GBP 1, first on 2026-01-02; USD 1, first on 2026-01-02)"),
        ("prior(revenue, 2 days) - revenue during 2026-01-04 to 2026-01-05", "2 rows have no rate into EUR in order (GBP 1, first on 2026-01-02; USD 1, first on 2026-01-02)"),
        ("revenue, trailing(revenue, 2 days) by day", "3 rows have no rate into EUR in order (GBP 2"),
        ('count(order where convert(amount, EUR) > 1 and order.currency = "USD"), orders', "1 row has no rate into EUR in order (USD 1"),
        ('revenue where order.currency = "USD"', "1 row has no rate into EUR in order (USD 1"),
    ],
)  # fmt: skip
def test_a_row_is_counted_once_and_only_where_it_is_read(tmp_path: Path, question: str, told: str):
    with _project(tmp_path, "('2026-01-01','USD',0.5)") as project, project.query(question).run() as result:
        (problem,) = (p for p in result.problems if p.code == "X740")
        assert problem.message().startswith(told)
