"""Numbers that do not fit, or are none (X716, X723)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem


class NumberTooLarge(Problem):
    """A number does not fit the engine's type.

    ## Why
    Sums of money and of whole numbers are exact up to 38 digits (18 on SQLite). A number beyond that is refused, never
    rounded or wrapped around in silence.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric huge = sum(order.amount * order.amount * order.amount * order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric fine = sum(order.amount)
    ```
    """

    code: ClassVar[str] = "X716"
    slug: ClassVar[str] = "number-too-large"
    detail: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        return "a number in this query is larger than the engine can hold exactly"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("round what is multiplied to the decimals that count: `round(order.amount, 0)`"),
            Fix("or declare its facts `: float`, with about 15 digits and no limit"),
        )


class NotFinite(Problem):
    """A number that is no number, or a time without end, comes out of the data.

    ## Why
    A single `NaN` or infinite value in a column makes every sum and mean over it meaningless, and some engines hold it to
    be greater than all numbers.

    ## Example
    ```metric
    entity reading from readings { key reading_id  fact level : float }
    metric level = avg(reading.level)
    ```

    ## Instead
    ```metric
    entity reading from readings { key reading_id  where is_good  dimension is_good : boolean  fact level : float }
    metric level = avg(reading.level)
    ```
    """

    code: ClassVar[str] = "X723"
    slug: ClassVar[str] = "not-finite"
    column: str
    value: str
    stored: bool = False  # whether it is a table's column, and not one of the result
    detail: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        column = f"`{self.column}`" if self.column else "a time"
        return f"{column} has the value {self.value}, which is no number and no time that can be shown"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix(
                "leave the rows that hold it out with a `where` of the entity, or make them null in a `source`"
            ),
        )
