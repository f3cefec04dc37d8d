"""The SQL dialects of the core, one file each: what an engine can do, and how the compiler's own operators are written.

Besides functions and aggregations (whose tables say how each dialect lowers them) the compiler has a few operators of
its own (`operators.py`). A dialect's `overrides` say how; one that is absent is not needed there.

The functions of a dialect import sqlglot, and what makes its trees, when they are called: `import metricdsl` and a registry stay light.
"""

from metricdsl.sql.dialects.clickhouse import CLICKHOUSE
from metricdsl.sql.dialects.datafusion import DATAFUSION
from metricdsl.sql.dialects.duckdb import DUCKDB
from metricdsl.sql.dialects.mariadb import MARIADB, MYSQL
from metricdsl.sql.dialects.postgres import POSTGRES
from metricdsl.sql.dialects.spark import DATABRICKS, SPARK
from metricdsl.sql.dialects.sqlite import SQLITE

DIALECTS = (DUCKDB, POSTGRES, SQLITE, DATAFUSION, CLICKHOUSE, MARIADB, MYSQL, SPARK, DATABRICKS)
"""All of them."""

__all__ = [
    "CLICKHOUSE",
    "DATABRICKS",
    "DATAFUSION",
    "DIALECTS",
    "DUCKDB",
    "MARIADB",
    "MYSQL",
    "POSTGRES",
    "SPARK",
    "SQLITE",
]
