"""Texts that are not of the declared type (X706, X707)."""

import re
from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem

_ZONED = re.compile(r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$")
_PERCENT = re.compile(r"\s*[-+]?[\d.,]+(?P<sign> ?%)\s*$")
_POWER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+$")


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


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
    mostly: str = ""
    stands_in: str = (
        ""  # the table of rows that no entity names, such as holidays: what they are is declared in one
    )
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
        said = ["also " + ", ".join(others)] if others else []
        if self.mostly:
            said.append(f'most of its values can be read as "{self.mostly}", which is not declared')
        return "; ".join(said)

    def fixes(self) -> tuple[Fix, ...]:
        if any(_ZONED.search(value) for _, value in self.examples):
            drop = f'`{self.column} = part({self.column}, "Z", 1)`'
            return (
                Fix(
                    "load the column typed, from a database or a Parquet file: text files convert no time zone"
                ),
                Fix(f"drop the zone in a `source`, as in {drop}, where it is the project's own"),
            )
        percent = next(filter(None, (_PERCENT.match(value) for _, value in self.examples)), None)
        if percent is not None and "%" not in self.type:
            sample = ("1234,56" if "," in percent[0] else "1234.56") + percent["sign"]
            return (
                Fix(
                    f'declare the column `: share "{sample}"`, which reads `{percent[0].strip()}` as a share'
                ),
                Fix(
                    "put the value right in the file, or say `or null`, and such values are null and counted"
                ),
            )
        if any(_POWER.match(value.strip()) for _, value in self.examples):
            of_ten = "it is written with a power of ten: declare the column `: float`, which reads it"
            return (
                Fix(of_ten),
                Fix("or write its digits out in the file, where it is to be exact, as money is"),
            )
        if self.stands_in:
            return (
                Fix("put the value right in the file, or name another column"),
                Fix(f"state the format in an entity of the table: `{_declared(self, self.mostly)}`"),
            )
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
    stands_in: str = ""

    def message(self) -> str:
        ways = f"{self.file}: `{self.column}` can be read in {_count(len(self.readings))} ways"
        if not self.example:
            return ways
        said = " or ".join(f'{value} ("{pattern}")' for pattern, value in self.readings)
        return f"{ways}: {self.example!r} is {said}"

    def label(self) -> str:
        return "say which format"

    def fixes(self) -> tuple[Fix, ...]:
        if self.stands_in:
            entities = ((pattern, _declared(self, pattern)) for pattern, _ in self.readings)
            return tuple(
                Fix(f'for "{pattern}", declare it in an entity of the table: `{entity}`')
                for pattern, entity in entities
            )
        return tuple(
            Fix(f'write "{pattern}" behind the type, if that is how it is meant')
            for pattern, _ in self.readings
        )


def _declared(problem: ValueDoesNotConvert | AmbiguousFormat, pattern: str) -> str:
    """An entity that says how the texts of a column are written."""
    numbers = isinstance(problem, ValueDoesNotConvert) and "number" in problem.type
    member = f"dimension {problem.column} : decimal" if numbers else f"time {problem.column} : date"
    return f'entity written from {problem.stands_in} {{ {member} "{pattern or "DD.MM.YYYY"}" }}'
