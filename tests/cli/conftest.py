"""A small shop, as text files and as a DuckDB file with the same rows."""

from pathlib import Path

import pytest

from tests.cli.running import PROJECT_FILE, write

DEFINITIONS = """
entity customer "Customer" from customers {
  key customer_id
  dimension region : text
  dimension `客户` "客户名称" : text
}
entity order from orders {
  key  order_id
  join customer on customer_id
  time ordered_at : date "YYYY-MM-DD"
  time shipped_at : date "YYYY-MM-DD"
  dimension status : text in ("open", "paid")
  dimension note : text
  fact amount : money(EUR, 2)
}
metric orders  "Orders"  = count(order) at ordered_at
metric revenue "Revenue" = sum(order.amount) at ordered_at { label zh "收入" }
metric paid_share = rate(order, that: status = "paid") at ordered_at
metric wait       = avg(order.shipped_at - order.ordered_at) at ordered_at
metric mean       = revenue / orders
metric last_one   = max(order.ordered_at) at ordered_at
report monthly    = revenue, orders by month

test "a paid order is paid" {
  given order {
    order_id, ordered_at, status
    | 1, 2026-01-10, "paid"
  }
  expect paid_share {
    paid_share
    | 100%
  }
}
"""

CUSTOMERS = """customer_id,region,客户
1,EU,长城
2,US,ACME Corporation of the United States
"""

# An amount of more digits than a float holds; an order of an unknown customer, without an amount, without a shipping date.
ORDERS = """order_id,customer_id,ordered_at,shipped_at,status,note,amount
1,1,2026-01-10,2026-01-12,paid,plain,10.50
2,1,2026-01-31,2026-02-03,open,"two
lines",12345678901234567.45
3,2,2026-02-01,,paid,"=1+1",2.00
4,9,2026-02-20,2026-02-21,open,"\x1b[31mred\x1b[0m \u202eback a|b <b>",
"""


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's folder; nothing in it is changed by a test."""
    duckdb = pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("shop")
    (folder / "home").mkdir()
    (folder / "below" / "further").mkdir(parents=True)
    write(folder, metricdsl_toml=PROJECT_FILE, definitions__shop_metric=DEFINITIONS)
    write(folder, data__customers_csv=CUSTOMERS, data__orders_csv=ORDERS)
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute(f"create table customers as from read_csv('{folder / 'data' / 'customers.csv'}')")
        connection.execute(
            "create table orders as select * replace (amount::decimal(38, 2) as amount) "
            f"from read_csv('{folder / 'data' / 'orders.csv'}', types = {{'amount': 'varchar'}})"
        )
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the test's own, with the shop's data and no definitions."""
    (tmp_path / "home").mkdir()
    (tmp_path / "definitions").mkdir()
    text = PROJECT_FILE.replace('\n[connections.duck]\nurl = "duckdb:///shop.duckdb"\n', "")
    write(tmp_path, metricdsl_toml=text, data__customers_csv=CUSTOMERS, data__orders_csv=ORDERS)
    return tmp_path
