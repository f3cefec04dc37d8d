"""Trees as texts."""

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from metricdsl.spi.defs import DialectDef


def rendered(query: exp.Query, dialect: DialectDef) -> str:
    """The text of a query for a dialect; what the dialect cannot say raises `sqlglot.errors.UnsupportedError`."""
    return query.sql(dialect.sqlglot, copy=False, pretty=True, unsupported_level=ErrorLevel.RAISE)
