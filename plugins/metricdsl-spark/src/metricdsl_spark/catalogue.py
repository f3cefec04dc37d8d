"""Tables of a server's catalogue: what `schema` names, and others by their whole names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metricdsl.adapters.native_types import column as described
from metricdsl.model.types import FLOAT
from metricdsl.spi.values import Catalog, TableColumn, TableInfo

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_NATIVE = {"timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP", "string": "VARCHAR"}


def catalogue(session: "SparkSession", tables: Sequence[str] | None) -> Catalog:
    """The named tables, or all of the current schema."""
    found: dict[str, TableInfo] = {}
    if tables is None:
        tables = [table.name for table in session.catalog.listTables()]
    for name in dict.fromkeys(tables):
        parts = tuple(name.split("."))
        if session.catalog.tableExists(".".join(f"`{part}`" for part in parts)):
            found[name] = TableInfo(name=name, parts=parts, columns=_columns(session, parts))
    return Catalog(found)


def _columns(session: "SparkSession", parts: tuple[str, ...]) -> tuple[TableColumn, ...]:
    schema = session.table(".".join(f"`{part}`" for part in parts)).schema
    natives = [(field.name, field.dataType.simpleString()) for field in schema.fields]
    return tuple(described(name, _NATIVE.get(native, native.upper()), FLOAT) for name, native in natives)
