"""A small shop with two years of sales, a row for each month and more."""

from collections.abc import Callable
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
entity rep from reps { key rep_id  dimension team : text }
entity sale from sales {
  key sale_id
  join rep on rep_id
  time sold_on : date "YYYY-MM-DD"
  dimension is_won : boolean
  fact amount : money(EUR)
}
metric revenue "Revenue" = sum(sale.amount where is_won) { better higher  owner "sales" }
metric win_rate "Win rate" = rate(sale, that: is_won) { better higher }
metric lost "Lost" = count(sale where not is_won) { better lower }
metric size = revenue / count(sale where is_won)
"""
REPS = "rep_id,team\n1,EU\n2,US\n"
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)] + [
    f"2026-{month:02}" for month in range(1, 5)
]
Shop = Callable[..., Project]


def sales(amounts=None) -> str:
    """In each month two sales that are won and one that is lost, one of them by each rep; none before 2024-03."""
    lines, number = ["sale_id,rep_id,sold_on,is_won,amount"], 0
    for at, month in enumerate(MONTHS[2:]):
        amount = (amounts or {}).get(month, 50 + at % 3)
        for rep, day, won in ((1, "03", "true"), (2, "10", "true"), (1 + at % 2, "20", "false")):
            number += 1
            lines.append(f"{number},{rep},{month}-{day},{won},{amount}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Opens the shop with more definitions, or other sales."""

    def opened(more: str = "", *, amounts=None, data=None, project: str = PROJECT, **options) -> Project:
        files = {
            "metricdsl.toml": project,
            "definitions/shop.metric": DEFINITIONS + more,
            "data/reps.csv": REPS,
            "data/sales.csv": sales(amounts),
            **(data or {}),
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return open_project(tmp_path, **options)

    return opened
