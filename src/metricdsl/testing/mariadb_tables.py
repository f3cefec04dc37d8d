"""Tables of cases on a MariaDB server: a database for each set of them, with the collation that most servers have."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from metricdsl.testing.reference import Table

COLUMN_TYPES: Mapping[str, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,{})",
    "float": "DOUBLE",
    "text": "VARCHAR(300)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "DATETIME(6)",
    "instant": "TIMESTAMP(6) NULL",
}
ROWS_AT_ONCE = 500


class MariaDBTables:
    """A connection that makes databases, and drops them in the end."""

    def __init__(self, url: str) -> None:
        import pymysql

        self._url = urlsplit(url)
        self._made: list[str] = []
        self._connection = pymysql.connect(
            host=self._url.hostname,
            port=self._url.port or 3306,
            user=unquote(self._url.username or ""),
            password=unquote(self._url.password or ""),
            charset="utf8mb4",
            autocommit=True,
        )

    def load(self, tables: Mapping[str, Table]) -> dict[str, str]:
        """The settings of a connection to a database that has these tables."""
        database = f"metricdsl_{secrets.token_hex(6)}"
        with self._connection.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION time_zone = '+00:00'")
            made = f"CREATE DATABASE {_quoted(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
            cursor.execute(made)
            self._made.append(database)
        self.add(database, tables)
        host = self._url.netloc.rpartition("@")[2]
        user = f"{self._url.username}@" if self._url.username else ""
        url = urlunsplit((self._url.scheme, f"{user}{host}", "", "", ""))
        found = {"url": url, "schema": database}
        return {**found, "password": unquote(self._url.password)} if self._url.password else found

    def add(self, database: str, tables: Mapping[str, Table]) -> None:
        """Make tables in a database."""
        with self._connection.cursor() as cursor:
            for name, table in tables.items():
                where = f"{_quoted(database)}.{_quoted(name)}"
                cursor.execute(f"CREATE TABLE {where} ({_columns(table)})")
                marks = ", ".join(["%s"] * len(table.columns))
                for at in range(0, len(table.rows), ROWS_AT_ONCE):
                    rows = [list(map(_cell, row)) for row in table.rows[at : at + ROWS_AT_ONCE]]
                    every = ", ".join([f"({marks})"] * len(rows))
                    inserted = f"INSERT INTO {where} VALUES {every}"  # noqa: S608 - names quoted, values bound
                    cursor.execute(inserted, [cell for row in rows for cell in row])

    def close(self) -> None:
        """Drop what was made."""
        with self._connection.cursor() as cursor:
            for database in self._made:
                cursor.execute(f"DROP DATABASE {_quoted(database)}")
        self._connection.close()


def _columns(table: Table) -> str:
    return ", ".join(f"{_quoted(name)} {_type(kind)}" for name, kind in table.columns)


def _type(kind: str) -> str:
    name, _, scale = kind.partition("(")
    return COLUMN_TYPES[name].format(scale.rstrip(")"))


def _cell(value: Any) -> Any:
    """Moments with a zone in UTC, by which the session reads and writes them."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _quoted(name: str) -> str:
    doubled = name.replace("`", "``")
    return f"`{doubled}`"
