"""What all connections to Spark do alike: statements run in one session, each with a tag of its own that stops it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from metricdsl.diagnostics.problems.tables import MissingTable
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Running
from metricdsl.spi.values import Batches, Limits, Row, Statement
from metricdsl_spark.errors import is_gone, running_problem
from metricdsl_spark.session import Query, rows_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.session import SparkSession


class InASession(ABC):
    """A session, opened when it is first needed. A statement can read tables and nothing else."""

    dialect = "spark"

    def __init__(self) -> None:
        self._running = Running()
        self._lock = Lock()
        self._session: SparkSession | None = None

    @abstractmethod
    def _open(self) -> "SparkSession":
        """A session with all tables that are known. Raises AdapterError."""

    def _forget(self) -> None:
        """The server is no more: what is asked next is asked of another."""
        with self._lock:
            self._session = None

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The statement is started at once, and its first rows are waited for."""
        try:
            return self._begun(statement, limits)
        except AdapterError as error:
            if not isinstance(error.problem, MissingTable) or not self._looked_again():
                raise
            return self._begun(statement, limits)

    def _looked_again(self) -> bool:
        """Whether there may be tables now that were not known."""
        return False

    def _begun(self, statement: Statement, limits: Limits) -> Batches:
        query = Query(self._opened(), statement.sql, limits.rows)
        self._running.begin(limits.cancellation, query, query.stop)
        batches = query.batches()
        try:
            first = self._next(batches, limits)
        except BaseException:
            self._running.end(limits.cancellation, query)
            raise
        return self._fetch(query, batches, first, limits)

    def cancel(self) -> None:
        """Stop what is running, on the server too."""
        self._running.cancel()

    def close(self) -> None:
        """Give the session back."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.stop()

    def _opened(self) -> "SparkSession":
        with self._lock:
            if self._session is None:
                self._session = self._open()
            return self._session

    def _fetch(
        self, query: Query, batches: "Iterator[pa.Table]", first: Sequence[Row] | None, limits: Limits
    ) -> Iterator[Sequence[Row]]:
        batch = first
        try:
            while batch is not None:
                yield batch
                batch = self._next(batches, limits)
        finally:
            self._running.end(limits.cancellation, query)
            if batch is not None:
                query.stop()  # there are more rows, which nobody waits for

    def _next(self, batches: "Iterator[pa.Table]", limits: Limits) -> Sequence[Row] | None:
        try:
            if limits.cancellation.reason is not None:
                raise InterruptedError
            for table in batches:
                if table.num_rows:
                    return rows_of(table)
        except Exception as error:
            if is_gone(error):
                self._forget()
            raise AdapterError(running_problem(error, limits)) from error
        return None
