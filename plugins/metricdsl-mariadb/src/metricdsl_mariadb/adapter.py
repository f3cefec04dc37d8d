"""MariaDB and MySQL servers, through PyMySQL, which is imported when a connection is opened."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from metricdsl.diagnostics.problems.numbers import NotFinite
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.cancellation import Cancellation, Running
from metricdsl.spi.values import Batches, Catalog, Limits, Row, Statement
from metricdsl_mariadb.catalog import BY_NAME, COLUMNS, ORDER, catalog
from metricdsl_mariadb.errors import of_warnings, running_problem
from metricdsl_mariadb.session import MARIADB, MYSQL, Server, opened

if TYPE_CHECKING:
    import pymysql

BATCH = 4096
_TIMES = (7, 10, 12)  # the driver's numbers of TIMESTAMP, DATE and DATETIME
GRACE = 1.0  # seconds that a statement has on the server beyond its deadline: we kill it before, and say why


class MariaDBAdapter:
    """A server. Each statement has a connection of its own, taken from a few that are kept; its rows come as they are made."""

    def __init__(self, settings: ConnectionSettings, server: Server) -> None:
        self.dialect = server.dialect
        self._settings = settings
        self._server = server
        self._lock = Lock()
        self._idle: list[pymysql.Connection[Any]] = []
        self._running = Running()

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all: of the database that the URL names, and behind its name of others."""
        short = None if tables is None else sorted({name.rpartition(".")[2].lower() for name in tables})
        if short == []:
            return Catalog({})
        query = COLUMNS if short is None else COLUMNS + BY_NAME.format(marks=", ".join(["%s"] * len(short)))
        connection = self._take()
        try:
            with connection.cursor() as cursor:
                cursor.execute(query + ORDER, short)
                rows = cursor.fetchall()
        except Exception as error:
            connection.close()
            raise AdapterError(running_problem(error, Limits(), self._server.name)) from error
        self._give_back(connection)
        return catalog(rows, tables)

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches, as the server sends them. The statement is started at once."""
        from pymysql.cursors import SSCursor

        connection = self._take()
        switch = limits.cancellation
        thread = connection.thread_id()
        self._running.begin(switch, connection, lambda: self._kill(thread))
        try:
            if switch.reason is not None:
                raise AdapterError(running_problem(InterruptedError(), limits, self._server.name))
            cursor = connection.cursor(SSCursor)
            try:
                cursor.execute(self._until(limits))
                cursor.execute(statement.sql, dict(statement.parameters) or None)
                first = cursor.fetchmany(BATCH if limits.rows is None else min(BATCH, limits.rows))
            except Exception as error:
                raise AdapterError(running_problem(error, limits, self._server.name)) from error
        except BaseException:
            self._give_up(connection, switch)
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
            _close(connection)

    def _fetch(
        self, connection: "pymysql.Connection[Any]", cursor: Any, first: Sequence[Row], limits: Limits
    ) -> Iterator[Sequence[Row]]:
        batch, left, whole = first, limits.rows, False
        times = [at for at, column in enumerate(cursor.description or ()) if column[1] in _TIMES]
        try:
            while batch:
                _look_at(batch, times)
                yield batch
                if left is not None:
                    left -= len(batch)
                    if left <= 0:
                        return
                try:
                    batch = cursor.fetchmany(BATCH if left is None else min(BATCH, left))
                except Exception as error:
                    raise AdapterError(running_problem(error, limits, self._server.name)) from error
            self._warned(connection, cursor, limits)
            whole = True
        finally:
            if whole:
                self._finish(connection, limits.cancellation)
            else:
                self._give_up(connection, limits.cancellation)

    def _warned(self, connection: "pymysql.Connection[Any]", cursor: Any, limits: Limits) -> None:
        """A value that was cut short, with a warning alone, is an error."""
        if not cursor.warning_count:
            return
        found = [(int(code), str(said)) for _, code, said in connection.show_warnings()]
        problem = of_warnings(found, limits, self._server.name)
        if problem is not None:
            raise AdapterError(problem)

    def _until(self, limits: Limits) -> str:
        """The statement that has the server itself end what runs too long, where nobody is left to stop it."""
        seconds = 0.0 if limits.deadline is None else limits.deadline + GRACE
        return f"SET SESSION {self._server.deadline} = {seconds * self._server.second:.0f}"

    def _kill(self, thread: int) -> None:
        """End what another connection runs. Where that cannot be said, its own connection is the only one left to tell of it."""
        with suppress(AdapterError):
            connection = self._take()
            with connection.cursor() as cursor, suppress(Exception):  # it may have ended by itself
                cursor.execute(f"KILL QUERY {int(thread)}")
            self._give_back(connection)

    def _finish(self, connection: "pymysql.Connection[Any]", switch: Cancellation) -> None:
        self._running.end(switch, connection)
        self._give_back(connection)

    def _give_up(self, connection: "pymysql.Connection[Any]", switch: Cancellation) -> None:
        """What has not ended is ended on the server; a driver that goes on would read all its rows."""
        self._running.end(switch, connection)
        self._kill(connection.thread_id())
        _close(connection)

    def _take(self) -> "pymysql.Connection[Any]":
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return opened(self._settings, self._server)
            try:
                connection.ping(reconnect=False)
            except Exception:  # noqa: BLE001 - it cannot be used again, whatever is wrong with it
                _close(connection)
            else:
                return connection

    def _give_back(self, connection: "pymysql.Connection[Any]") -> None:
        with self._lock:
            self._idle.append(connection)


def _look_at(batch: Sequence[Row], times: Sequence[int]) -> None:
    """The driver hands out the text of a date that there is not, `0000-00-00`."""
    for at in times:
        for row in batch:
            if isinstance(row[at], str):
                raise AdapterError(NotFinite(column="", value=row[at]))


def _close(connection: "pymysql.Connection[Any]") -> None:
    """At once: the driver would first read all rows that are left, when it closes and when it forgets a result."""
    result = connection._result  # noqa: SLF001
    if result is not None:
        result.unbuffered_active = False
    with suppress(Exception):  # the server may have closed it
        connection._force_close()  # noqa: SLF001


def connect(settings: ConnectionSettings) -> MariaDBAdapter:
    """Opens a connection to MariaDB: the factory that the manifest names."""
    return MariaDBAdapter(settings, MARIADB)


def connect_mysql(settings: ConnectionSettings) -> MariaDBAdapter:
    """Opens a connection to MySQL."""
    return MariaDBAdapter(settings, MYSQL)
