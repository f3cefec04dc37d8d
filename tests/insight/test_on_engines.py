"""The same scorecard on other engines: denominators and last days are asked for in their SQL too."""

import csv
import io
import sqlite3
from contextlib import closing
from urllib.parse import unquote, urlsplit

from tests.insight.conftest import PROJECT, REPS, sales

CARD = """
goal revenue >= 110 for 2026 each month { warn 100 }
scorecard sales { metrics revenue, win_rate, lost, size  by month }
scorecard teams { metrics win_rate  by month, rep.team }
"""
TYPES = {
    "sale_id": "INTEGER",
    "rep_id": "INTEGER",
    "amount": "INTEGER",
    "is_won": "BOOLEAN",
    "sold_on": "DATE",
}


def statements() -> list[str]:
    """What makes the tables of the shop."""
    made = []
    for name, text in (("reps", REPS), ("sales", sales())):
        head, *rows = csv.reader(io.StringIO(text))
        columns = ", ".join(f"{column} {TYPES.get(column, 'TEXT')}" for column in head)
        made.append(f"CREATE TABLE {name} ({columns})")
        for row in rows:
            values = ", ".join(v if v in {"true", "false"} else f"'{v}'" for v in row)
            made.append(f"INSERT INTO {name} VALUES ({values})")
    return made


def told(project, name):
    card = project.scorecard(name)
    return [
        (
            row.title,
            None if row.value is None else round(float(row.value), 9),
            row.status,
            [None if one.value is None else round(float(one.value), 9) for one in row.changes],
            row.usual and (row.usual.chart, round(row.usual.mean, 9), round(row.usual.limits[-1].high, 9)),
            [point.of for point in row.series],
            row.note.fresh,
        )
        for row in card.rows
    ]


def definitions(shop, url, **options):
    """The shop on another engine, where days are days."""
    project = PROJECT.replace("files:data", url)
    return shop(CARD, project=project, **options)


def test_on_sqlite(shop, tmp_path):
    here = shop(CARD)
    expected = told(here, "sales"), told(here, "teams")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        for one in statements():
            connection.execute(one)
        connection.commit()
    other = definitions(shop, "sqlite:///shop.db")
    with other:
        assert (told(other, "sales"), told(other, "teams")) == expected


def test_on_postgres(shop, postgres_url):
    import psycopg

    here = shop(CARD)
    expected = told(here, "sales"), told(here, "teams")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for one in statements():
            connection.execute(one)
    parts = urlsplit(postgres_url)
    plain = postgres_url.replace(f":{parts.password}@", "@") + '"\npassword = "env:SHOP_PASSWORD'
    other = definitions(shop, plain, environment={"SHOP_PASSWORD": unquote(parts.password or "")})
    with other:
        assert (told(other, "sales"), told(other, "teams")) == expected
