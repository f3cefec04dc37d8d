"""Small projects made of texts: definitions, data files, a project file."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from metricdsl.engine.project import Project, open_project

PROJECT = """
[project]
name = "shop"
language = 1
today = 2026-04-15

[connections.default]
url = "files:data"
"""
DEFINITIONS = """
entity customer from customers { key customer_id  dimension region : text }
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_at : date "YYYY-MM-DD"
  fact amount : money(USD, 2)
}
metric orders = count(order)
metric revenue = sum(order.amount)
report by_region = revenue by customer.region
"""
CUSTOMERS = "customer_id,region\n1,EU\n2,\n"
ORDERS = """order_id,customer_id,ordered_at,amount
1,1,2026-01-10,10.00
2,99,2026-01-11,5.00
3,,2026-02-12,2.50
4,2,2026-02-12,1.00
"""


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Project]:
    """Opens a project over CSV files; any of its texts may be replaced."""

    def opened(
        definitions: str | Mapping[str, str] = DEFINITIONS,
        data: Mapping[str, str] | None = None,
        project: str = PROJECT,
        **options,
    ) -> Project:
        write(tmp_path, definitions, data, project)
        return open_project(tmp_path, **options)

    return opened


def write(
    folder: Path, definitions: str | Mapping[str, str], data: Mapping[str, str] | None, project: str
) -> None:
    (folder / "definitions").mkdir(exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "metricdsl.toml").write_text(project, encoding="utf-8")
    files = {"shop.metric": definitions} if isinstance(definitions, str) else definitions
    for name, text in files.items():
        (folder / "definitions" / name).write_text(text, encoding="utf-8")
    for name, text in {"customers.csv": CUSTOMERS, "orders.csv": ORDERS, **(data or {})}.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
