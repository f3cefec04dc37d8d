"""The canonical model filled with rows: a company of any size, made inside DuckDB from a seed, with truths planted in it.

The same seed and size give the same rows. What was planted is told at the head of each script.
"""

from importlib.resources import files
from pathlib import Path
from string import Template

SMALLEST, LARGEST = 1_000, 100_000_000
SMALL = 3_000
"""A company with fewer orders has rates by the month, and advertisements every other month."""
DATABASE = "library.duckdb"
PROJECT = """\
[project]
name = "library"
language = 1
definitions = ["definitions"]
today = 2026-10-01
currency = "EUR"

[plugins]
crm = "*"

[connections.default]
url = "duckdb:///library.duckdb"
"""

QUESTIONS = (
    (
        "Who wins? Three win 8 points more often than all others.",
        "win_rate_count, won_deals by opportunity.owner.name sort win_rate_count desc limit 5",
    ),
    ("Did service answer sooner from April on?", "first_response_time by quarter during 2025-07 to 2026-09"),
    (
        "Leads convert as ever in each channel, and in all less: the mix has moved.",
        "lead_conversion_rate, leads_created by lead.channel.name, year during 2025 to 2026",
    ),
)
"""What is asked of it: a title and a question each."""


def orders_of(rows: int) -> int:
    """How many orders a company has whose tables have about so many rows in all: some seventeen for each order, and a thousand besides."""
    return max(20, (rows - 1_000) // 17)


def sizes(orders: int) -> dict[str, int | str]:
    """How many rows the larger tables have beside so many orders; for how many days there are shifts, how often rates are told."""
    small = orders < SMALL
    accounts, deals = max(12, orders // 12), max(24, orders // 8)
    return {
        "orders": orders,
        "accounts": accounts,
        "contacts": 2 * accounts,
        "deals": deals,
        "leads": max(24, orders // 5),
        "activities": max(24, orders // 3),
        "messages": orders,
        "tickets": max(24, orders // 4),
        "subscriptions": max(8, orders // 20),
        "answers": max(24, orders // 8),
        "quota": 14 * deals,
        "spend": max(20, orders // 20),
        "days": min(450, max(7, orders // 15)),
        "rate_step": "1 MONTH" if small else "1 DAY",
        "ad_step": 60 if small else 1,
        "parts": 1 if small else 4,
        "seeds": min(600, orders),
        "reviews": min(500, orders),
        "checks": min(500, orders // 4),
    }


def scripts(orders: int, seed: int) -> list[str]:
    """The statements that make the tables, in order."""
    known = {"seed": str(int(seed)), **{name: str(number) for name, number in sizes(orders).items()}}
    folder = files("metricdsl.demo").joinpath("library")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)
    return [Template(one.read_text(encoding="utf-8")).substitute(known) for one in found]


def make_library(folder: Path, orders: int, seed: int) -> int:
    """Write a project over the canonical model into a folder, with its database; what an earlier one left there is replaced.

    Returns how many rows its tables have.
    """
    import duckdb

    (folder / "definitions").mkdir(parents=True, exist_ok=True)
    (folder / "metricdsl.toml").write_text(PROJECT, encoding="utf-8")
    database = folder / DATABASE
    for old in (database, database.with_name(DATABASE + ".wal")):
        old.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for script in scripts(orders, seed):
            connection.execute(script)
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
        ).fetchall()
        counts = [connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone() for (name,) in tables]  # noqa: S608 - our own names
    return sum(row[0] for row in counts if row is not None)
