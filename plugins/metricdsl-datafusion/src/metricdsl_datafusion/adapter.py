"""Folders of CSV and Parquet files through DataFusion."""

from metricdsl.adapters.child import Children
from metricdsl.adapters.folder_in_children import EngineInChildren, FolderInChildren
from metricdsl.spi.adapter import ConnectionSettings
from metricdsl_datafusion.errors import running_problem

DATAFUSION = EngineInChildren(
    name="DataFusion",
    dialect="datafusion",
    package="metricdsl-datafusion",
    children=Children("metricdsl_datafusion.session"),
    settings=("threads", "memory_limit"),
    problem=running_problem,
)


def connect(settings: ConnectionSettings) -> FolderInChildren:
    """Opens a connection: the factory that the manifest names."""
    return FolderInChildren(settings, DATAFUSION)
