"""Words where none can stand, and clauses said twice (S101, S109)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span

_OPENING = {"(": ")", "{": "}", "[": "]"}


_CLOSING = {")": "(", "}": "{", "]": "["}


class UnexpectedText(Problem):
    """Something stands where the language has no place for it.

    ## Why
    A definition is read like a sentence: its keyword, its name, an equals sign, a formula. Where a word is missing,
    misspelt, or comes from another language, what follows could be meant in several ways, so it is not guessed.
    The declaration is left out; the others of the file are read as usual.

    ## Example
    ```metric
    metric revenue = sum(order.amount) wher status = "paid"
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension status : text  fact amount : money(USD) }
    metric revenue = sum(order.amount where status = "paid")
    ```
    """

    code: ClassVar[str] = "S101"
    slug: ClassVar[str] = "unexpected-text"
    sentence: str
    mark: str = ""
    why: str = ""
    remedies: tuple[Fix, ...] = ()

    def message(self) -> str:
        return self.sentence

    def label(self) -> str:
        return self.mark

    def reason(self) -> str:
        return self.why

    def fixes(self) -> tuple[Fix, ...]:
        return self.remedies


class RepeatedClause(Problem):
    """A clause of a query, of a declaration or of a file is written twice.

    ## Why
    Two `limit`s or two `by`s could mean the first, the last, or both. (Several `where` are all meant: they are and-ed.)

    ## Example
    ```metric
    report top = revenue by region limit 10 limit 20
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report top = revenue by region limit 10
    ```
    """

    code: ClassVar[str] = "S109"
    slug: ClassVar[str] = "repeated-clause"
    clause: str
    first: Span
    superfluous: Span | None = None  # what is to be taken away where the second says nothing new

    def message(self) -> str:
        return f"`{self.clause}` is written twice here."

    def label(self) -> str:
        return "the second one"

    def fixes(self) -> tuple[Fix, ...]:
        if self.clause.startswith("use ") and self.span is not None:
            return (Fix("take it away", (Edit(self.span, ""),), safe=True),)
        if self.superfluous is not None:
            return (Fix("take it away", (Edit(self.superfluous, ""),), safe=True),)
        joined = {
            "by": "write one `by`, its dimensions with commas between",
            "package": "keep one `package`: what belongs to another one stands in a file of its own",
        }
        return (Fix(joined.get(self.clause, f"keep one `{self.clause}`")),)
