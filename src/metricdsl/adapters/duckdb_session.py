"""An open DuckDB, locked down: one cursor for each statement, each of which can be stopped."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from metricdsl.adapters.duckdb_errors import running_problem
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Cancellation, Running
from metricdsl.spi.values import Batches, Limits, Row, Statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 4096
MEMORY = "50%"
LEAN = "100MB"  # of an export of 20 million rows, sorted: the process takes 250 MB, and no longer than with all memory

LOCKED_DOWN: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "allowed_configs": ["memory_limit"],
}


class DuckDBSession:
    """A connection that opens when first used. `open` gives it, locked down, and raises AdapterError.

    `may_spare`: the memory is ours to set, because nobody set it and no data lies in it.
    """

    def __init__(self, open_database: "Callable[[], DuckDBPyConnection]", *, may_spare: bool = False) -> None:
        self._open = open_database
        self._may_spare = may_spare
        self._lean = False
        self._lock = Lock()
        self._connection: DuckDBPyConnection | None = None
        self._running = Running()

    def cursor(self) -> "DuckDBPyConnection":
        """A cursor of its own for one statement."""
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.cursor()

    def rows(
        self, sql: str, parameters: Sequence[Any] | None = None, limits: Limits | None = None
    ) -> list[Row]:
        """All rows of a small statement of the adapter's own."""
        limits = limits or Limits()
        cursor = self.cursor()
        try:
            return list(cursor.execute(sql, parameters).fetchall())
        except Exception as error:
            raise AdapterError(running_problem(error, limits)) from error
        finally:
            cursor.close()

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The statement is started at once; its cursor closes when the rows end or are given up."""
        cursor = self.cursor()
        switch = limits.cancellation
        self._running.begin(switch, cursor, cursor.interrupt)
        try:
            if switch.reason is not None:
                raise AdapterError(running_problem(InterruptedError("INTERRUPT Error"), limits))
            try:
                first = self._start(cursor, statement, limits)
            except Exception as error:
                raise AdapterError(running_problem(error, limits)) from error
        except BaseException:
            self._finish(cursor, switch)
            raise
        return self._fetch(cursor, limits, first)

    def cancel(self) -> None:
        """Stop all that runs here."""
        self._running.cancel()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _start(
        self, cursor: "DuckDBPyConnection", statement: Statement, limits: Limits
    ) -> Sequence[Row] | None:
        """Start a statement. A lean one has its first rows with little memory or, if that does not do, with all there is."""
        given = dict(statement.parameters) or None
        lean = limits.lean and self._may_spare
        self._spare(cursor, lean=lean)
        if not lean:
            cursor.execute(statement.sql, given)
            return None
        from duckdb import OutOfMemoryException

        most = BATCH if limits.rows is None else min(BATCH, limits.rows)
        try:
            cursor.execute(statement.sql, given)
            return cursor.fetchmany(most)
        except OutOfMemoryException:
            self._spare(cursor, lean=False)
            cursor.execute(statement.sql, given)
            return cursor.fetchmany(most)

    def _spare(self, cursor: "DuckDBPyConnection", *, lean: bool) -> None:
        with self._lock:
            if lean is not self._lean:
                cursor.execute(f"SET GLOBAL memory_limit = '{LEAN if lean else MEMORY}'")
                self._lean = lean

    def _fetch(
        self, cursor: "DuckDBPyConnection", limits: Limits, first: Sequence[Row] | None
    ) -> Iterator[Sequence[Row]]:
        left = limits.rows
        try:
            while left is None or left > 0:
                try:
                    most = BATCH if left is None else min(BATCH, left)
                    batch, first = cursor.fetchmany(most) if first is None else first, None
                except Exception as error:
                    raise AdapterError(running_problem(error, limits)) from error
                if not batch:
                    return
                if left is not None:
                    left -= len(batch)
                yield batch
        finally:
            self._finish(cursor, limits.cancellation)

    def _finish(self, cursor: "DuckDBPyConnection", switch: Cancellation) -> None:
        self._running.end(switch, cursor)
        with suppress(Exception):  # a cursor that cannot be closed is gone already
            self._spare(cursor, lean=False)  # others may have the same file open
            cursor.close()
