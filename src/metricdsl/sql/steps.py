"""The named steps (CTEs) of one statement, in the order in which they build on each other."""

from collections.abc import Iterable

from sqlglot import exp

from metricdsl.plan.names import Names
from metricdsl.sql import trees
from metricdsl.sql.names import fitted


class Steps:
    """Steps added so far. No step bears the name of a table that is read: it would hide the table."""

    def __init__(self, tables: Iterable[str], limit: int) -> None:
        self._names = Names(tables)
        self._limit = limit
        self._steps: list[exp.CTE] = []
        self._recursive = False

    def name(self, wanted: str, *others: str) -> str:
        """A free name for a step, the first of these that is."""
        return self._names.take(*(fitted(name, self._limit) for name in (wanted, *others)))

    def add(
        self, name: str, query: exp.Query, columns: Iterable[str] = (), *, recursive: bool = False
    ) -> None:
        """Have a step under a name that `name` gave."""
        alias = exp.TableAlias(this=trees.identifier(name))
        listed = [trees.identifier(column) for column in columns]
        if listed:
            alias.set("columns", listed)
        self._steps.append(exp.CTE(this=query, alias=alias))
        self._recursive = self._recursive or recursive

    def put_first(self, name: str, query: exp.Query) -> None:
        """Have a step that builds on none, in front of all others: any may need it."""
        self._steps.insert(0, exp.CTE(this=query, alias=exp.TableAlias(this=trees.identifier(name))))

    def before(self, query: exp.Query) -> exp.Query:
        """The query with the steps in front."""
        if self._steps:
            clause = exp.With(expressions=self._steps)
            if self._recursive:
                clause.set("recursive", True)
            query.set("with_", clause)
        return query
