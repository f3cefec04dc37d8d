"""Keys that repeat, are null, or lead nowhere or are of another kind (X708, X718, X726, X732)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.names import a


class RepeatedKey(Problem):
    """A key occurs on more than one row.

    ## Why
    A join to a table whose key is repeated would count the rows behind it once for each repetition: a bigger number,
    and no error. The query is refused instead.

    ## Example
    ```metric
    entity customer from customers { key region }
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id }
    ```
    """

    code: ClassVar[str] = "X708"
    slug: ClassVar[str] = "repeated-key"
    entity: str
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    count: int | None = None

    def message(self) -> str:
        pairs = [f"{c} = {v}" for c, v in zip(self.columns, self.values, strict=False)] or list(self.values)
        keys = f" ({', '.join(pairs)})" if pairs else ""
        more = f", and {self.count - 1:,} more" if self.count is not None and self.count > 1 else ""
        return f"the key of `{self.entity}` is not unique: one value stands on several rows{keys}{more}"

    def reason(self) -> str:
        return "rows that join to it would be counted more than once"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("take the repeated rows out of the data, or leave them out with a `where` in the entity"),
            Fix("name more columns in `key`, if together they are unique"),
        )


class Orphans(Problem):
    """Rows refer to a row that is not there.

    ## Why
    Their numbers are not lost: they stand in the group without a name. But often a misspelt name or a missing delivery
    of data is behind it.

    ## Example
    ```metric
    entity product from products { key name }
    entity order from orders { key order_id  join product on product_name }
    ```

    ## Instead
    Correct the values in the data, or let a source correct them: `product_name = if(product = "GTXPro", "GTX Pro", product)`.
    """

    code: ClassVar[str] = "X718"
    slug: ClassVar[str] = "orphans"
    severity: ClassVar[Severity] = Severity.WARNING
    entity: str
    join: str
    target: str
    rows: int
    total: int
    examples: tuple[str, ...] = ()

    def message(self) -> str:
        shown = f": {', '.join(self.examples)}" if self.examples else ""
        return (
            f"{self.rows:,} of {self.total:,} rows of `{self.entity}` name {a(f'`{self.target}`')}"
            f" that is not there (join `{self.join}`){shown}"
        )


class KeyIsNull(Problem):
    """Rows of an entity have no key.

    ## Why
    Nothing can be joined to such a row, and by the entity it is in the group without a name. It is counted as a row.

    ## Example
    ```metric
    entity customer from customers { key customer_id  dimension region : text }
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id  where customer_id is not null  dimension region : text }
    ```
    """

    code: ClassVar[str] = "X726"
    slug: ClassVar[str] = "key-is-null"
    severity: ClassVar[Severity] = Severity.WARNING
    entity: str
    columns: tuple[str, ...]
    rows: int

    def message(self) -> str:
        rows = "1 row has" if self.rows == 1 else f"{self.rows:,} rows have"
        return f"{self.entity}: {rows} no {', '.join(self.columns)}, which is the key"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("leave such rows out with a `where` of the entity, or mend the data"),)


class JoinOfDifferentKinds(Problem):
    """A join's column is of another kind than the key that it leads to.

    ## Why
    Whether the text `01` is the number 1 is answered differently by each engine: one finds the row, one does not, one refuses
    the query. Numbers of all widths may meet. What is declared counts: a column that is declared a number is read as one,
    whatever the table says.

    ## Example
    ```metric
    entity customer from customers { key customer_id  dimension customer_id : integer }
    entity order from orders { key order_id  join customer on customer_id  dimension customer_id : text }
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id  dimension customer_id : integer }
    entity order from orders { key order_id  join customer on customer_id  dimension customer_id : integer }
    ```
    """

    code: ClassVar[str] = "X732"
    slug: ClassVar[str] = "join-of-different-kinds"
    join: str
    column: str
    kind: str
    target: str
    key: str
    key_kind: str

    def message(self) -> str:
        return (
            f"the join `{self.join}` compares `{self.column}`, {_kind(self.kind)},"
            f" with `{self.target}.{self.key}`, {_kind(self.key_kind)}"
        )

    def reason(self) -> str:
        return "each engine finds other rows, or none"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix(
                f"declare both alike, as in `dimension {self.column} : {self.key_kind}`"
                f" or, in {self.target}, `dimension {self.key} : {self.kind}`"
            ),
        )


def _kind(kind: str) -> str:
    return kind if kind == "text" else a(kind)
