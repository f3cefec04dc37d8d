"""PostgreSQL, through psycopg 3, which is imported when a connection is opened. Read-only, in UTC, rows as they come."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from metricdsl.adapters.native_types import column as described
from metricdsl.adapters.postgres_errors import opening_problem, running_problem
from metricdsl.diagnostics.problems.connections import CannotConnect, DriverMissing
from metricdsl.model.types import FLOAT_SCALE, Kind, ValueType
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.cancellation import Cancellation, Running
from metricdsl.spi.values import Batches, Catalog, Limits, Row, Statement, TableColumn, TableInfo

if TYPE_CHECKING:
    import psycopg

BATCH = 4096
UNSCALED = ValueType(Kind.DECIMAL, scale=FLOAT_SCALE)
"""A `numeric` without a scale: any number of digits, of which formulas count on so many. None of a result is cut."""
TIMEOUT = "5"
_SESSION = (
    "-c timezone=UTC -c standard_conforming_strings=on -c default_transaction_read_only=on -c datestyle=ISO"
)
_COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, (
      WITH RECURSIVE below(type, size) AS (
        SELECT a.atttypid, a.atttypmod
        UNION ALL SELECT d.typbasetype, d.typtypmod FROM below JOIN pg_catalog.pg_type d ON d.oid = type AND d.typtype = 'd'
      )
      SELECT CASE t.typtype WHEN 'e' THEN 'ENUM' ELSE format_type(type, size) END
      FROM below JOIN pg_catalog.pg_type t ON t.oid = type WHERE t.typtype <> 'd'
    ), pg_table_is_visible(c.oid)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'
      AND (%(tables)s::text[] IS NULL OR c.relname = ANY (%(tables)s) OR lower(c.relname) = ANY (%(tables)s))
    ORDER BY 1, 2, a.attnum
"""
_PASSED_ON = ("sslmode", "sslrootcert", "sslcert", "sslkey", "application_name", "target_session_attrs")


class PostgresAdapter:
    """A PostgreSQL database. Each statement has a connection of its own, taken from a few that are kept."""

    dialect = "postgres"

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._idle: list[psycopg.Connection[Any]] = []
        self._running = Running()

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all that the search path shows and, with their schema, the others."""
        last = [] if tables is None else [name.rpartition(".")[2] for name in tables]
        short = None if tables is None else [*last, *(name.lower() for name in last)]
        connection = self._take()
        try:
            rows = connection.execute(_COLUMNS, {"tables": short}).fetchall()
        except Exception as error:
            raise AdapterError(running_problem(error, Limits())) from error
        finally:
            self._give_back(connection)
        return _catalog(rows, tables)

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches, through a cursor on the server. The statement is started at once."""
        connection = self._take()
        switch = limits.cancellation
        self._running.begin(switch, connection, connection.cancel)
        try:
            if switch.reason is not None:
                raise AdapterError(running_problem(InterruptedError("canceling statement"), limits))
            cursor = connection.cursor(name="metricdsl", scrollable=False)
            try:
                cursor.execute(statement.sql.encode(), dict(statement.parameters) or None)
                first = cursor.fetchmany(BATCH if limits.rows is None else min(BATCH, limits.rows))
            except Exception as error:
                _close(cursor)
                raise AdapterError(running_problem(error, limits)) from error
        except BaseException:
            self._finish(connection, switch)
            raise
        return self._fetch(connection, cursor, first, limits)

    def cancel(self) -> None:
        """Stop what is running, on the server too."""
        self._running.cancel()

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _fetch(
        self, connection: "psycopg.Connection[Any]", cursor: Any, first: Sequence[Row], limits: Limits
    ) -> Iterator[Sequence[Row]]:
        batch, left = first, limits.rows
        try:
            while batch:
                yield batch
                if left is not None:
                    left -= len(batch)
                    if left <= 0:
                        return
                try:
                    batch = cursor.fetchmany(BATCH if left is None else min(BATCH, left))
                except Exception as error:
                    raise AdapterError(running_problem(error, limits)) from error
        finally:
            _close(cursor)
            self._finish(connection, limits.cancellation)

    def _finish(self, connection: "psycopg.Connection[Any]", switch: Cancellation) -> None:
        self._running.end(switch, connection)
        self._give_back(connection)

    def _take(self) -> "psycopg.Connection[Any]":
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if not connection.closed:
                    return connection
        return self._open()

    def _give_back(self, connection: "psycopg.Connection[Any]") -> None:
        try:
            connection.rollback()
        except Exception:  # noqa: BLE001 - it cannot be used again, whatever is wrong with it
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)

    def _open(self) -> "psycopg.Connection[Any]":
        try:
            import psycopg
        except ImportError as error:
            command = "pip install 'metricdsl[postgres]'"
            raise AdapterError(DriverMissing(engine="PostgreSQL", command=command)) from error
        settings = self._settings.settings
        url = urlsplit(self._settings.url)
        place = f"PostgreSQL at {url.hostname or 'localhost'}:{url.port or 5432}"
        user = unquote(url.username or "") or settings.get("user", "")
        said = {k: v for k, v in (*parse_qsl(url.query), *settings.items()) if k in _PASSED_ON}
        asked = dict(parse_qsl(url.query)).get("options", "")
        path = f" -c search_path={settings['schema']}" if "schema" in settings else ""
        wanted: dict[str, Any] = {
            "host": url.hostname,
            "port": url.port,
            "dbname": unquote(url.path.lstrip("/")) or None,
            "user": user or None,
            "password": settings.get("password") or unquote(url.password or "") or None,
            "connect_timeout": settings.get("timeout", TIMEOUT),
            "options": f"{asked} {_SESSION}{path}",
            **said,
        }
        try:
            if url.hostname:
                socket.getaddrinfo(url.hostname, url.port or 5432)
            connection = psycopg.connect(**{k: v for k, v in wanted.items() if v is not None})
        except socket.gaierror as error:
            raise AdapterError(
                CannotConnect(place=place, why="no such host is known", detail=str(error))
            ) from error
        except Exception as error:
            raise AdapterError(opening_problem(error, place, user)) from error
        connection.read_only = True
        return connection


def _close(cursor: Any) -> None:
    with suppress(Exception):  # the cursor of a stopped statement is gone already on the server
        cursor.close()


def _catalog(rows: Sequence[Row], wanted: Sequence[str] | None) -> Catalog:
    tables: dict[tuple[str, str], list[TableColumn]] = {}
    visible: dict[str, tuple[str, str]] = {}
    for schema, table, column, native, seen in rows:
        found = described(column, native, UNSCALED)
        tables.setdefault((schema, table), []).append(found)
        if seen:
            visible[table] = (schema, table)
    by_name = {**{f"{s}.{t}": (s, t) for s, t in tables}, **visible}
    if wanted is None:
        shown = [*visible, *(f"{s}.{t}" for s, t in tables if visible.get(t) != (s, t))]
        return Catalog({n: _info(n, by_name[n], tables, short=n in visible) for n in shown})
    picked: dict[str, TableInfo] = {}
    for name in wanted:
        actual = name if name in by_name else name.lower()  # PostgreSQL folds unquoted names to small letters
        if actual in by_name:
            picked[name] = _info(name, by_name[actual], tables, short=actual in visible)
    return Catalog(picked)


def _info(
    name: str, key: tuple[str, str], tables: dict[tuple[str, str], list[TableColumn]], *, short: bool
) -> TableInfo:
    return TableInfo(name=name, parts=(key[1],) if short else key, columns=tuple(tables[key]))


connect = PostgresAdapter
"""Opens a connection: the factory that the manifest names."""
