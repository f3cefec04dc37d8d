"""A result for other tools: as an Arrow C stream, as a Parquet file. DuckDB, which is always there, makes both.

Durations are seconds here, with six decimals: Parquet has no type for them, and Arrow's is not read everywhere.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from metricdsl.execution.answer import Answer
from metricdsl.execution.arrow_stream import ArrowSource
from metricdsl.model.types import Kind, ValueType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

MICROSECOND = timedelta(microseconds=1)
SECONDS = ValueType(Kind.DECIMAL, scale=6)


class TakenIn:
    """All rows of a result in a DuckDB of their own, from which any number of streams can be read."""

    def __init__(self, result: Answer) -> None:
        self._connection = _connection()
        source = _source(result)
        try:
            _relation(self._connection, source).create("result")
        except Exception as error:  # noqa: BLE001 - raised again, or what caused it
            self._connection.close()
            raise source.take_failure() or error from None
        if (failure := source.take_failure()) is not None:
            self._connection.close()
            raise failure

    def stream(self) -> object:
        """A capsule with the rows."""
        capsule: object = self._connection.cursor().table("result").__arrow_c_stream__()
        return capsule


def write_parquet(result: Answer, path: Path) -> None:
    """Write the rows to a Parquet file as they come. Raises OSError where the file system refuses it."""
    import duckdb

    path.open("ab").close()  # what is wrong with a folder or a name is told by the system, not by an engine
    connection = _connection()
    source = _source(result)
    try:
        _relation(connection, source).write_parquet(str(path))
    except duckdb.IOException as error:
        full = "No space left" in str(error)
        raise source.take_failure() or _refused(path, errno.ENOSPC if full else errno.EIO) from None
    except Exception as error:  # noqa: BLE001 - raised again, or what caused it
        raise source.take_failure() or error from None
    finally:
        connection.close()
    if (failure := source.take_failure()) is not None:
        raise failure


def _refused(path: Path, number: int) -> OSError:
    return OSError(number, os.strerror(number), str(path))


def _connection() -> "DuckDBPyConnection":
    import duckdb

    return duckdb.connect(":memory:", config={"python_enable_replacements": False})


def _relation(connection: "DuckDBPyConnection", source: ArrowSource) -> "DuckDBPyRelation":
    return connection.from_arrow(source)


def _source(result: Answer) -> ArrowSource:
    durations = frozenset(at for at, column in enumerate(result.columns) if column.type.kind is Kind.DURATION)
    columns = [evolve(c, type=SECONDS) if at in durations else c for at, c in enumerate(result.columns)]
    return ArrowSource(columns, lambda: _with_seconds(result.batches(), durations))


def _with_seconds(
    batches: Iterator[Sequence[tuple[Any, ...]]], durations: frozenset[int]
) -> Iterator[Sequence[tuple[Any, ...]]]:
    if not durations:
        yield from batches
        return
    for batch in batches:
        yield [tuple(_seconds(v) if at in durations else v for at, v in enumerate(row)) for row in batch]


def _seconds(value: timedelta | None) -> Decimal | None:
    return None if value is None else Decimal(value // MICROSECOND).scaleb(-6)
