"""Columns that hold another type than the declared one (X717, X722, X733)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class TypeDiffers(Problem):
    """The declared type of a column is not the type that the table has.

    ## Why
    A date that the table keeps as text, or an amount that it keeps as a yes or no, is either declared wrongly or stored
    wrongly; calculating with it would give an engine's error or a silently different number.

    ## Example
    ```metric
    entity order from orders { key order_id  time order_id : date }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    ```
    """

    code: ClassVar[str] = "X717"
    slug: ClassVar[str] = "type-differs-from-table"
    table: str
    column: str
    declared: str
    found: str
    fix: str = ""

    def message(self) -> str:
        return (
            f"`{self.column}` is declared {self.declared}, but in the table `{self.table}` it is {self.found}"
        )

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.fix or f"declare it {self.found}, or let a source convert it"),)


class StoredValueDiffers(Problem):
    """A value in a table is not of the type that is declared for its column.

    ## Why
    Some engines keep any value in any column: a text among numbers, a date written in three ways. Summed or compared as
    it lies there it would be 0, or the digits at its front, or a group of its own; an amount with more decimals than the
    table says would be rounded before it is added. Times are compared as they are written: `2026-01-31` for dates, `2026-01-31 13:00:00` for timestamps, in the project's local time.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : integer }
    metric total = sum(order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  where kind = "amount"  dimension kind : text  fact amount : integer }
    metric total = sum(order.amount)
    ```
    """

    code: ClassVar[str] = "X722"
    slug: ClassVar[str] = "stored-value-differs"
    table: str
    column: str
    expected: str
    value: str

    def message(self) -> str:
        return f"{self.table}: {self.value} in `{self.column}` is not {self.expected}"

    def fixes(self) -> tuple[Fix, ...]:
        by_table = self.expected.endswith("the table says")
        return (
            Fix(f"put the value right in the table{', or the type of the column there' if by_table else ''}"),
            Fix("bring the column into form in a `source`, or in a view of the database"),
        )


class TypeWithoutKind(Problem):
    """A column of a table is of a type that the language has no kind for.

    ## Why
    A list, a document, a time of day, an address of a network: engines write, compare and group such values each in its own
    way, or not at all. What is to be asked of them is for SQL to say, in a view that gives it as a text, a number or a time.

    ## Example
    ```metric
    entity visit from visits { key visit_id  dimension tags : text }
    ```

    ## Instead
    ```metric
    entity visit from visits_with_tags { key visit_id  dimension first_tag : text }
    ```
    """

    code: ClassVar[str] = "X733"
    slug: ClassVar[str] = "type-without-kind"
    table: str
    column: str
    type: str

    def message(self) -> str:
        return f"`{self.column}` of the table `{self.table}` is of the type {self.type.lower()}, which the language has no kind for"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix(
                "read a view of the database that gives it as a text, a number or a time, as with CAST(… AS text)"
            ),
            Fix("leave it out"),
        )
