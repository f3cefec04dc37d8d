"""Folders of CSV and Parquet files through ClickHouse (chdb)."""

from metricdsl.adapters.child import Children
from metricdsl.adapters.folder_in_children import EngineInChildren, FolderInChildren
from metricdsl.spi.adapter import ConnectionSettings
from metricdsl_clickhouse.errors import running_problem

CLICKHOUSE = EngineInChildren(
    name="ClickHouse",
    dialect="clickhouse",
    package="metricdsl-clickhouse",
    children=Children("metricdsl_clickhouse.session"),
    settings=("threads", "memory_limit"),
    problem=running_problem,
)


def connect(settings: ConnectionSettings) -> FolderInChildren:
    """Opens a connection: the factory that the manifest names."""
    return FolderInChildren(settings, CLICKHOUSE)
