"""Tables of cases as a folder of Parquet files, as engines over files read them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from metricdsl.testing.reference import Table

PARQUET = ("integer", "decimal", "float", "text", "boolean", "date", "timestamp", "instant")
"""The kinds of columns that a Parquet file has a type for."""


SCHEMES = {"datafusion": "datafusion", "clickhouse": "chdb", "spark": "spark"}
SMALL: Mapping[str, Mapping[str, str]] = {"spark": {"partitions": "1", "codegen": "off"}}
"""What else is stated where there are a few rows."""


def load_parquet(engine: str, folder: Path, tables: Mapping[str, Table]) -> dict[str, str]:
    """The settings of a connection to a folder in which each table is a file."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir()
    for name, table in tables.items():
        columns = []
        for at, (_, kind) in enumerate(table.columns):
            type_, read = _type(kind)
            cells = [None if row[at] is None else read(row[at]) for row in table.rows]
            columns.append(pa.array(cells, type=type_))
        made = pa.table(columns, names=[column for column, _ in table.columns])
        parquet.write_table(made, folder / f"{name}.parquet")
    return {"url": f"{SCHEMES[engine]}:{folder}", "threads": "1", **SMALL.get(engine, {})}


def _type(kind: str) -> tuple[Any, Callable[[Any], Any]]:
    """Arrow's type for a kind of column, and what makes a cell of it."""
    import pyarrow as pa

    name, _, scale = kind.partition("(")
    match name:
        case "integer":
            return pa.int64(), int
        case "decimal":
            return pa.decimal128(18, int(scale.rstrip(")"))), lambda cell: Decimal(str(cell))
        case "float":
            return pa.float64(), float
        case "boolean":
            return pa.bool_(), bool
        case "date":
            return pa.date32(), lambda cell: cell
        case "timestamp":
            return pa.timestamp("us"), lambda cell: cell
        case "instant":
            return pa.timestamp("us", "UTC"), _in_utc
        case _:
            return pa.string(), str


def _in_utc(cell: datetime) -> datetime:
    return cell.astimezone(UTC) if cell.tzinfo else cell.replace(tzinfo=UTC)
