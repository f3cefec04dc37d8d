"""DuckDB files and databases in memory."""

from collections.abc import Mapping, Sequence
from os import getpid
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any
from uuid import uuid4, uuid5

from metricdsl.adapters.duckdb_errors import opening_problem
from metricdsl.adapters.duckdb_session import LOCKED_DOWN, MEMORY, DuckDBSession
from metricdsl.adapters.native_types import column as described
from metricdsl.adapters.urls import path_of
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.values import Batches, Catalog, Limits, Statement, TableColumn, TableInfo

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAIN = "main"
UNSCALED = ValueType(Kind.DECIMAL, scale=3)  # which DuckDB always writes out
_PROCESS = uuid4()
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type, database_name
    FROM duckdb_columns()
    WHERE NOT internal AND database_name = current_database()
    ORDER BY schema_name, table_name, column_index
"""


class DuckDBAdapter:
    """A DuckDB file, opened read-only with no way to other files, or a database in memory."""

    dialect = "duckdb"

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._path = path_of(settings.url, settings.root)
        unset = "memory_limit" not in settings.settings
        self._session = DuckDBSession(self._open, may_spare=unset and self._path is not None)

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all."""
        return read_catalog(self._session, tables, self._settings.settings.get("schema", MAIN))

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches."""
        return self._session.execute(statement, limits)

    def cancel(self) -> None:
        """Stop what is running."""
        self._session.cancel()

    def close(self) -> None:
        """Close the file."""
        self._session.close()

    def load(self, statements: Sequence[str], rows: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> None:
        """Run statements of our own making, then inserts with their rows: how tests and trials fill a database in memory."""
        cursor = self._session.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
            for statement, values in rows:
                if values:
                    cursor.executemany(statement, values)
        finally:
            cursor.close()

    def _open(self) -> "DuckDBPyConnection":
        import duckdb

        options = self._settings.settings
        in_memory = self._path is None
        read_only = not in_memory and options.get("read_only", "true") != "false"
        if self._path is not None and not Path(self._path).is_file():
            raise AdapterError(opening_problem(OSError("No such file"), self._path))
        config = {**LOCKED_DOWN, **engine_options(options, self._path), "enable_external_access": False}
        try:
            connection = duckdb.connect(self._path or ":memory:", read_only=read_only, config=config)
            lock_down(connection)
        except Exception as error:
            raise AdapterError(opening_problem(error, self._path or ":memory:")) from error
        return connection


def lock_down(connection: "DuckDBPyConnection") -> None:
    """Take away what would change the settings. Connections of one file share them: there it may have been done."""
    [(locked,)] = connection.execute("SELECT current_setting('lock_configuration')").fetchall()
    if not locked:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL lock_configuration = true")


def engine_options(
    options: Mapping[str, str], path: str | None = None
) -> dict[str, str | bool | int | float | list[str]]:
    """Memory, threads and where to put what does not fit (never beside the data, nor in the working directory).

    Connections of one file in one process must have the same: DuckDB opens it once.
    """
    place = uuid4().hex if path is None else uuid5(_PROCESS, f"{getpid()} {path}").hex
    found: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": options.get("memory_limit", MEMORY),
        "temp_directory": options.get("temp_directory") or str(Path(gettempdir()) / f"metricdsl-{place}"),
    }
    if "threads" in options:
        found["threads"] = int(options["threads"])
    return found


def read_catalog(session: DuckDBSession, wanted: Sequence[str] | None, home: str = MAIN) -> Catalog:
    """The tables and views of a session's database, by the names definitions write: `orders` of the schema that is home,
    `crm.orders` of another.
    """
    tables: dict[tuple[str, str], list[TableColumn]] = {}
    database = ""
    for schema, table, column, native, database in session.rows(_COLUMNS):  # noqa: B007 - one database for all
        found = described(column, native, UNSCALED)
        tables.setdefault((schema, table), []).append(found)
    by_name = {
        table if schema.casefold() == home.casefold() else f"{schema}.{table}": (schema, table)
        for schema, table in tables
    }
    return pick(by_name, tables, wanted, database)


def pick(
    by_name: Mapping[str, tuple[str, str]],
    tables: Mapping[tuple[str, str], Sequence[TableColumn]],
    wanted: Sequence[str] | None,
    database: str,
) -> Catalog:
    """A catalog of the wanted names: as written, else the only one that differs in case alone.

    A schema is told with its database: `crm.leads` alone is ambiguous in a file called `crm.duckdb`.
    """
    folded: dict[str, list[str]] = {}
    for name in by_name:
        folded.setdefault(name.casefold(), []).append(name)
    found: dict[str, TableInfo] = {}
    for name in by_name if wanted is None else wanted:
        same = folded.get(name.casefold(), [])
        actual = name if name in by_name else same[0] if len(same) == 1 else None
        if actual is None and name.startswith(f"{MAIN}.") and name.removeprefix(f"{MAIN}.") in by_name:
            actual = name.removeprefix(f"{MAIN}.")
        if actual is not None:
            schema, table = by_name[actual]
            parts = (table,) if schema == MAIN else (database, schema, table)
            found[name] = TableInfo(name=name, parts=parts, columns=tuple(tables[schema, table]))
    return Catalog(found)


connect = DuckDBAdapter
"""Opens a connection: the factory that the manifest names."""
