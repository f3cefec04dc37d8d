"""Trees as texts."""

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from metricdsl.spi.defs import DialectDef


def rendered(query: exp.Query, dialect: DialectDef) -> str:
    """The text of a query for a dialect; what the dialect cannot say raises `sqlglot.errors.UnsupportedError`."""
    spelled = in_spelling(query, dialect)
    return spelled.sql(dialect.sqlglot, copy=False, pretty=True, unsupported_level=ErrorLevel.RAISE)


def in_spelling(sql: exp.Expr, dialect: DialectDef) -> exp.Expr:
    """The tree with what the dialect writes in its own way put in, from the leaves up; the same tree where there is nothing."""
    spelling = dialect.spelling
    if spelling is None:
        return sql
    made = sql.copy()
    for node in reversed(list(made.walk())):
        other = spelling(node) if isinstance(node, exp.Expression) else None
        if other is None:
            continue
        if node is made:
            made = other
        else:
            node.replace(other)
    return made
