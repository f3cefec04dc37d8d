"""Make the demonstration project: a DuckDB file with dirty data, definitions and a project file."""

import shutil
from importlib.resources import files
from pathlib import Path

from metricdsl.engine.definitions import shipped_definitions

SEED = 7
DATABASE = "crm.duckdb"
PROJECT = """\
[project]
name = "demo"
language = 1
definitions = ["definitions"]
timezone = "America/New_York"
today = 2026-10-01
currency = "USD"

[connections.default]
url = "duckdb:///crm.duckdb"
"""
QUESTIONS = (
    (
        "Who wins, and how much?",
        "win_rate, won_revenue, sales_cycle by owner.team during 2026 sort won_revenue desc",
    ),
    (
        "Orders and tickets side by side. The last line is the null group: an order whose account is unknown is not lost.",
        "order_revenue, orders, tickets, tickets_per_order by account.region during 2026",
    ),
    ("How did it go, month by month?", "won_revenue, deal_size, win_rate by month during last 6 months"),
)
"""What the demonstration asks: a title and a query each."""


def make_demo(folder: Path, seed: int = SEED) -> None:
    """Write the project into a folder, which is made; what an earlier demonstration left there is replaced."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metricdsl.toml").write_text(PROJECT, encoding="utf-8")
    shutil.copytree(shipped_definitions() / "demo", folder / "definitions" / "crm", dirs_exist_ok=True)
    database = folder / DATABASE
    for old in (database, database.with_name(DATABASE + ".wal")):
        old.unlink(missing_ok=True)
    script = files("metricdsl.demo").joinpath("crm.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(script.replace("$seed", str(int(seed))))
