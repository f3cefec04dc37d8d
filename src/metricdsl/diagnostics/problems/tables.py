"""Tables and columns that are not there (X701, X702)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix
from metricdsl.diagnostics.problems.execution import EngineProblem, did_you_mean


class MissingTable(EngineProblem):
    """A table that the definitions name is not there.

    ## Why
    An entity or source says `from orders`, and the connection has no table of that name. Nothing that needs the entity
    can be answered there; everything else can.

    ## Example
    ```metric
    entity order from ordres { key order_id }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    ```
    """

    code: ClassVar[str] = "X701"
    slug: ClassVar[str] = "missing-table"
    table: str
    connection: str = "default"
    near: tuple[str, ...] = ()
    below: str = ""  # the table of the source that is called so

    def message(self) -> str:
        return f"there is no table `{self.table}` in the connection `{self.connection}`"

    def label(self) -> str:
        return "not there"

    def reason(self) -> str:
        """Why a name that is known is not found."""
        return (
            f"`{self.table}` is a source, and a source reads a table, not another source."
            if self.below
            else ""
        )

    def fixes(self) -> tuple[Fix, ...]:
        if self.below:
            return (Fix(f"read its table, `{self.below}`, with what `{self.table}` does to its columns"),)
        return did_you_mean(self.near)


class MissingColumn(EngineProblem):
    """A column that the definitions use is not in its table.

    ## Why
    A key, a join, a time, a dimension or a fact names a column that the table does not have. A source can supply it
    under that name from other columns.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amout : money(USD) }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    ```
    """

    code: ClassVar[str] = "X702"
    slug: ClassVar[str] = "missing-column"
    table: str
    column: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return f"the table `{self.table}` has no column `{self.column}`"

    def label(self) -> str:
        return "not in the table"

    def fixes(self) -> tuple[Fix, ...]:
        return did_you_mean(self.near)
