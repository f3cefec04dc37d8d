"""Parquet, written by DuckDB from the Arrow stream."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from metricdsl.model.types import Kind, ValueType

if TYPE_CHECKING:
    from metricdsl.execution.result import Result

MICROSECOND = timedelta(microseconds=1)
SECONDS = ValueType(Kind.DECIMAL, scale=6)


def write_parquet(result: "Result", path: Path) -> None:
    """Write a result to a file with its own types; durations are seconds, since Parquet has no type that fits them."""
    import duckdb

    from metricdsl.execution.result import Result

    durations = {at for at, column in enumerate(result.columns) if column.type.kind is Kind.DURATION}
    columns = [evolve(c, type=SECONDS) if at in durations else c for at, c in enumerate(result.columns)]
    written = Result(columns, _with_seconds(result.batches(), durations))
    connection = duckdb.connect(":memory:")
    try:
        connection.from_arrow(written).write_parquet(str(path))
    finally:
        connection.close()


def _with_seconds(
    batches: Iterator[Sequence[tuple[Any, ...]]], durations: set[int]
) -> Iterator[Sequence[tuple[Any, ...]]]:
    for batch in batches:
        yield [tuple(_seconds(v) if at in durations else v for at, v in enumerate(row)) for row in batch]


def _seconds(value: timedelta | None) -> Decimal | None:
    return None if value is None else Decimal(value // MICROSECOND).scaleb(-6)
