"""The SQL dialects of the core, one file each: what an engine can do, and how the compiler's own operators are written.

Besides functions and aggregations (whose tables say how each dialect lowers them) the compiler has a few operators of
its own. A dialect's `overrides` say how; one that is absent is not needed there:

| operator | operands | gives |
|---|---|---|
| scan.date, scan.timestamp, scan.number, scan.boolean | text, format or null, whether a bad value is null | the value; of a bad text an error |
| scan.time | date or timestamp as stored | date or timestamp |
| scan.whole | number | whole number; of another an error |
| scan.text | a value as stored | a text that is compared exactly, whatever its column says |
| scan.scaled | number | decimal, where decimals are whole numbers of their last digit |
| cut.GRAIN | date or timestamp | start of the grain, where there is a cheaper way than `start_of` |
| fill.next | start of a cell, how far (months, or microseconds) | start of the next one, where `add` says it at length |
| cells.between | first cell, end, how far (months, or microseconds) | the cells from the first to before the end, where rows can be made of it |
| sort.text | text | what orders it by code point |
| instant.utc | timestamp | the instant at which a clock in UTC shows it, where `AT TIME ZONE` would not be it |

The functions of a dialect import sqlglot, and what makes its trees, when they are called: `import metricdsl` and a registry stay light.
"""

from metricdsl.sql.dialects.clickhouse import CLICKHOUSE
from metricdsl.sql.dialects.datafusion import DATAFUSION
from metricdsl.sql.dialects.duckdb import DUCKDB
from metricdsl.sql.dialects.mariadb import MARIADB, MYSQL
from metricdsl.sql.dialects.postgres import POSTGRES
from metricdsl.sql.dialects.sqlite import SQLITE

DIALECTS = (DUCKDB, POSTGRES, SQLITE, DATAFUSION, CLICKHOUSE, MARIADB, MYSQL)
"""All of them."""

__all__ = ["CLICKHOUSE", "DATAFUSION", "DIALECTS", "DUCKDB", "MARIADB", "MYSQL", "POSTGRES", "SQLITE"]
