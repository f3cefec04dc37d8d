"""A session of Spark Connect: settings pinned, a query begun under a tag, its rows as Arrow sends them."""

import secrets
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from metricdsl.spi.values import Row
from metricdsl_spark.pinned import PINNED

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.session import SparkSession

_TRIES = 4
"""How often a server that does not answer is asked again: within four seconds."""


def opened(url: str, *, pin: bool) -> "SparkSession":
    """A session of its own at a server; with `pin` its settings are stated, and not taken from the server's."""
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # it is raised too
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a newer pandas is installed is nothing to us
        from pyspark.logger import PySparkLogger
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        # It would write each error on the screen, beside raising it.
        PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
        session = SparkSession(url)
        # By itself it would try for ten minutes.
        session.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES)])
        if pin:
            for name, value in PINNED.items():
                session.conf.set(name, value)
        else:
            session.conf.get("spark.sql.ansi.enabled")  # that it answers
    return session


class Query:
    """One statement: a query that reads, and nothing else, since nothing else stands in parentheses. Its tag stops it."""

    def __init__(self, session: "SparkSession", sql: str, rows: int | None) -> None:
        self._session = session
        self._tag = f"metricdsl-{secrets.token_hex(8)}"
        self._sql = f"({sql}\n)"
        self._rows = rows

    def batches(self) -> Iterator["pa.Table"]:
        """The rows as they come."""
        from pyspark.sql.connect.dataframe import DataFrame
        from pyspark.sql.connect.plan import SQL

        client = self._session.client
        client.add_tag(self._tag)
        try:
            found = DataFrame(SQL(self._sql), self._session)
            if self._rows is not None:
                found = found.limit(self._rows)
            made = iter(client.to_table_as_iterator(found._plan.to_proto(client), {}))  # noqa: SLF001
            first = next(made, None)
        finally:
            client.remove_tag(self._tag)
        while first is not None:
            if hasattr(first, "num_rows"):
                yield first
            first = next(made, None)

    def stop(self) -> None:
        """End it on the server, where it may have ended by itself."""
        with suppress(Exception):
            self._session.interruptTag(self._tag)


def rows_of(table: "pa.Table") -> list[Row]:
    """Arrow's rows as Python's values; moments as a clock in UTC shows them."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        moment = pa.types.is_timestamp(column.type)
        columns.append((column.cast(pa.timestamp("us"), safe=False) if moment else column).to_pylist())
    return list(zip(*columns, strict=True))
