"""SQLite files, through the standard library: opened read-only, one connection for each statement."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from metricdsl.adapters.duckdb_errors import stopped
from metricdsl.adapters.native_types import value_type
from metricdsl.adapters.urls import path_of
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect
from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.diagnostics.problems.files import DiskFull, FileLocked
from metricdsl.diagnostics.problems.numbers import NumberTooLarge
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.model.types import FLOAT, FLOAT_SCALE, Kind, ValueType
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.cancellation import Cancellation, Running
from metricdsl.spi.values import Batches, Catalog, Limits, Row, Statement, TableColumn, TableInfo

BATCH = 4096
STEPS = 10_000  # how often SQLite asks whether to go on
MAIN = "main"
ANY = ValueType(Kind.UNKNOWN, scale=FLOAT_SCALE)
_TABLES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


class SQLiteAdapter:
    """A SQLite file, read-only; or a database in memory, which lives as long as the adapter (for tests and trials)."""

    dialect = "sqlite"

    def __init__(self, settings: ConnectionSettings) -> None:
        self._path = path_of(settings.url, settings.root)
        self._lock = Lock()
        self._running = Running()
        self._memory: sqlite3.Connection | None = None

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all; a declared type is read by its name."""
        connection = self._connect()
        try:
            with translated(Limits()):
                names = [row[0] for row in connection.execute(_TABLES)]
                found = _chosen(names, tables)
                return Catalog({name: _table(connection, name, actual) for name, actual in found.items()})
        finally:
            self._give_back(connection)

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The statement is started at once."""
        connection = self._connect()
        switch = limits.cancellation
        connection.set_progress_handler(lambda: int(switch.reason is not None), STEPS)
        self._running.begin(switch, connection, connection.interrupt)
        try:
            with translated(limits):
                if switch.reason is not None:
                    raise sqlite3.OperationalError("interrupted")
                cursor = connection.execute(statement.sql, dict(statement.parameters))
                first = cursor.fetchmany(BATCH if limits.rows is None else min(BATCH, limits.rows))
        except BaseException:
            self._finish(connection, switch)
            raise
        return self._fetch(connection, cursor, first, limits)

    def cancel(self) -> None:
        """Stop what is running."""
        self._running.cancel()

    def close(self) -> None:
        """Forget the database in memory; files are closed after each statement."""
        with self._lock:
            memory, self._memory = self._memory, None
        if memory is not None:
            memory.close()

    def load(self, statements: Sequence[str], rows: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Run statements of our own making, then inserts with their rows, in the database in memory."""
        connection = self._connect()
        for statement in statements:
            connection.execute(statement)
        for statement, values in rows:
            connection.executemany(statement, values)
        connection.commit()

    def _connect(self) -> sqlite3.Connection:
        if self._path is None:
            with self._lock:
                if self._memory is None:
                    self._memory = sqlite3.connect(":memory:", check_same_thread=False)
                return self._memory
        if not Path(self._path).is_file():
            raise AdapterError(CannotConnect(place=f"`{self._path}`", why="there is no such file"))
        with translated(Limits(), self._path):
            uri = f"file:{quote(self._path)}?mode=ro"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=2.0)
            try:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            except BaseException:
                connection.close()
                raise
        return connection

    def _fetch(
        self, connection: sqlite3.Connection, cursor: sqlite3.Cursor, first: list[Row], limits: Limits
    ) -> Iterator[Sequence[Row]]:
        batch, left = first, limits.rows
        try:
            while batch:
                yield batch
                if left is not None:
                    left -= len(batch)
                    if left <= 0:
                        return
                with translated(limits):
                    batch = cursor.fetchmany(BATCH if left is None else min(BATCH, left))
        finally:
            cursor.close()
            self._finish(connection, limits.cancellation)

    def _finish(self, connection: sqlite3.Connection, switch: Cancellation) -> None:
        self._running.end(switch, connection)
        connection.set_progress_handler(None, 0)
        self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection is not self._memory:
            with suppress(sqlite3.Error):
                connection.close()


class translated:  # noqa: N801 - reads as a word in `with translated(limits):`
    """While the body runs, what SQLite raises becomes a problem."""

    def __init__(self, limits: Limits, path: str = "") -> None:
        self._limits = limits
        self._path = path

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the problem in place of the error."""
        if isinstance(error, (sqlite3.Error, OverflowError)):
            raise AdapterError(_problem(error, self._limits, self._path)) from error


def _problem(error: Exception, limits: Limits, path: str) -> Problem:
    said = str(error)
    low = said.casefold()
    if "interrupted" in low:
        return stopped(limits, said)
    if "locked" in low or "busy" in low:
        return FileLocked(path=path or "the database", detail=said)
    if "malformed json" in low:  # a text that the dialect gave to JSON, to be refused
        return ValueDoesNotConvert(
            file="the data", column="a column", type="of its declared type", detail=said
        )
    if "not a database" in low or "malformed" in low:
        return UnreadableFile(path=path or "the database", why="it is not a SQLite file", detail=said)
    if "unable to open" in low:
        return CannotConnect(place=f"`{path}`", why="SQLite cannot open the file", detail=said)
    if "full" in low:
        return DiskFull(detail=said)
    if "no such table: " in low:
        return MissingTable(table=said.partition(": ")[2], detail=said)
    if "no such column: " in low:
        return MissingColumn(table="", column=said.partition(": ")[2].rpartition(".")[2], detail=said)
    deep = "expression tree" in low or "parser stack" in low
    if not deep and ("overflow" in low or "too large" in low):
        return NumberTooLarge(detail=said)
    return EngineRefused(engine="SQLite", why="it does not accept this query", detail=said)


def _chosen(names: Sequence[str], wanted: Sequence[str] | None) -> dict[str, str]:
    """Wanted name → the table's own; SQLite's names are blind to case."""
    if wanted is None:
        return {name: name for name in names}
    folded = {name.casefold(): name for name in names}
    chosen = {}
    for name in wanted:
        actual = folded.get(name.removeprefix(f"{MAIN}.").casefold())
        if actual is not None:
            chosen[name] = actual
    return chosen


def _table(connection: sqlite3.Connection, name: str, actual: str) -> TableInfo:
    rows = connection.execute("SELECT name, type FROM pragma_table_info(?)", (actual,)).fetchall()
    columns = tuple(TableColumn(name=column, type=_type(native), native=native) for column, native in rows)
    return TableInfo(name=name, parts=(actual,), columns=columns)


def _type(native: str) -> ValueType:
    """What is read of a declared type. Numbers are kept as they come, so one without a scale may have any digits."""
    found = value_type(native, FLOAT)
    return ANY if found.kind is Kind.UNKNOWN else found


connect = SQLiteAdapter
"""Opens a connection: the factory that the manifest names."""
