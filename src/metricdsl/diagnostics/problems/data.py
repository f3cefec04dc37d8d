"""Problems of the data itself (X706 to X708, X716 to X719)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem, Severity

MOST_SHOWN = 5


class ValueDoesNotConvert(Problem):
    """A text in a data file is not of the type that is declared for its column.

    ## Why
    Text files are read as text and converted by what is declared. A value that does not convert is neither dropped nor
    guessed: it could be a lost order.

    ## Example
    ```metric
    entity order from `orders.csv` { key order_id  time ordered_at : date "YYYY-MM-DD" }
    ```

    ## Instead
    ```metric
    entity order from `orders.csv` { key order_id  time ordered_at : date "YYYY-MM-DD" or null }
    ```
    """

    code: ClassVar[str] = "X706"
    slug: ClassVar[str] = "value-does-not-convert"
    file: str
    column: str
    type: str
    examples: tuple[tuple[int | None, str], ...] = ()
    count: int = 1
    detail: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        if not self.examples:
            return f"{self.file}: a value of `{self.column}` is not {self.type}"
        line, value = self.examples[0]
        where = f"{self.file}, line {line}" if line else self.file
        more = f", and {self.count - 1:,} more" if self.count > 1 else ""
        return f"{where}: {value!r} in `{self.column}` is not {self.type}{more}"

    def reason(self) -> str:
        others = [f"line {line}: {value!r}" if line else repr(value) for line, value in self.examples[1:]]
        return "also " + ", ".join(others) if others else ""

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("put the value right in the file"),
            Fix("state the format that the column has behind its type"),
            Fix("say `or null` behind the type, and such values are null and counted"),
        )


class AmbiguousFormat(Problem):
    """A column of a text file can be read in two ways, which give different values.

    ## Why
    `01-02-17` is the 1st of February or the 2nd of January; `1.234` is one and a bit or over a thousand. All rows were
    looked at, and none decides. A wrong guess gives a wrong number without an error, so it has to be said.

    ## Example
    ```metric
    entity deal from `deals.csv` { key deal_id  time closed_at : date }
    ```

    ## Instead
    ```metric
    entity deal from `deals.csv` { key deal_id  time closed_at : date "DD-MM-YY" }
    ```
    """

    code: ClassVar[str] = "X707"
    slug: ClassVar[str] = "ambiguous-format"
    file: str
    column: str
    example: str
    readings: tuple[tuple[str, str], ...]

    def message(self) -> str:
        said = " or ".join(f'{value} ("{pattern}")' for pattern, value in self.readings)
        return f"{self.file}: `{self.column}` can be read in {_count(len(self.readings))} ways: {self.example!r} is {said}"

    def label(self) -> str:
        return "say which format"

    def fixes(self) -> tuple[Fix, ...]:
        return tuple(
            Fix(f'write "{pattern}" behind the type, if that is how it is meant')
            for pattern, _ in self.readings
        )


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


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
        return (Fix("declare fewer decimals for the facts it is made of, as in `money(USD, 2)`"),)


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
            f"{self.rows:,} of {self.total:,} rows of `{self.entity}` name a `{self.target}`"
            f" that is not there (join `{self.join}`){shown}"
        )


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


class StoredValueDiffers(Problem):
    """A value in a table is not of the type that is declared for its column.

    ## Why
    Some engines keep any value in any column: a text among numbers, a date written in three ways. Summed or compared as
    it lies there it would be 0, or the digits at its front, or a group of its own. Times are compared as they are
    written: `2026-01-31` for dates, `2026-01-31 13:00:00` for timestamps, in the project's local time.

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
    type: str
    value: str

    def message(self) -> str:
        article = "an" if self.type[:1] in "aeiou" else "a"
        return f"{self.table}: {self.value} in `{self.column}` is not {article} {self.type} as it is declared"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("put the value right in the table"),
            Fix("bring the column into form in a `source`, or in a view of the database"),
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

    def message(self) -> str:
        return f"`{self.column}` has the value {self.value}, which is no number and no time that can be shown"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix(
                "leave the rows that hold it out with a `where` of the entity, or make them null in a `source`"
            ),
        )


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
