"""Files and values that are not as declared (X719, X721, X725)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class UnreadableFile(Problem):
    """A file cannot be read, or not in one way only.

    ## Why
    The delimiter, the quotes, the header and the encoding of a text file are found from the whole file. Where they
    cannot be found, or two readings fit, they have to be said.

    ## Example
    ```toml
    [connections.default]
    url = "files:data"
    ```

    ## Instead
    ```toml
    [connections.default]
    url = "files:data"

    [connections.default.files."orders.csv"]
    delimiter = ";"
    encoding = "latin-1"
    ```
    """

    code: ClassVar[str] = "X719"
    slug: ClassVar[str] = "unreadable-file"
    path: str
    why: str
    fix: str = ""
    detail: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        return f"`{self.path}` cannot be read: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.fix),) if self.fix else ()


class ReadAsNull(Problem):
    """Texts that do not convert are read as null, as the declaration says.

    ## Why
    `or null` lets a column have values that are not of its type. They are counted, so that a growing number of them is
    seen: a whole delivery in another format would be read as null too.

    ## Example
    ```metric
    entity order from `orders.csv` { key order_id  time ordered_at : date "YYYY-MM-DD" or null }
    ```

    ## Instead
    ```metric
    entity order from `orders.csv` { key order_id  time ordered_at : date "YYYY-MM-DD" }
    ```
    """

    code: ClassVar[str] = "X721"
    slug: ClassVar[str] = "read-as-null"
    severity: ClassVar[Severity] = Severity.HINT
    file: str
    column: str
    type: str
    count: int
    examples: tuple[tuple[int | None, str], ...] = ()

    def message(self) -> str:
        line, value = self.examples[0] if self.examples else (None, "")
        where = f" (first in line {line}: {value!r})" if line else ""
        values = "value" if self.count == 1 else "values"
        return f"{self.file}: {self.count:,} {values} of `{self.column}` {'is' if self.count == 1 else 'are'} not {self.type} and read as null{where}"


class ValuesNotDeclared(Problem):
    """Texts in the data are not among the values that the declaration lists.

    ## Why
    A condition on `"paid"` leaves rows with `"PAID"` out, and a condition on `"PAID"` is refused as a value that is not
    declared. Groups show them as they are.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension status : text in ("open", "paid") }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text in ("open", "paid", "PAID") }
    ```
    """

    code: ClassVar[str] = "X725"
    slug: ClassVar[str] = "values-not-declared"
    severity: ClassVar[Severity] = Severity.WARNING
    table: str
    column: str
    examples: tuple[tuple[str, int], ...]

    def message(self) -> str:
        said = ", ".join(
            f'"{value}" ({count:,} {"row" if count == 1 else "rows"})' for value, count in self.examples
        )
        return f"{self.table}: `{self.column}` has values that are not declared: {said}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("add them to the list, or bring them into form in a `source`"),)
