"""Texts and brackets that are never closed (S102, S103)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import _CLOSING, _OPENING
from metricdsl.source import Span


class UnclosedText(Problem):
    """A text in quotes has no closing quote on its line.

    ## Why
    A text ends on the line it begins on. Without its closing quote everything behind it would become part of the text.

    ## Example
    ```metric
    segment small = account.size = "S
    ```

    ## Instead
    ```metric
    entity account from accounts { key account_id  dimension size : text }
    segment small = account.size = "S"
    ```
    """

    code: ClassVar[str] = "S102"
    slug: ClassVar[str] = "unclosed-text"
    quote: str = '"'
    close_at: Span | None = field(default=None)

    def message(self) -> str:
        what = "back-quoted name" if self.quote == "`" else "text in quotes"
        return f"This {what} is not closed on its line."

    def label(self) -> str:
        return f"opened here, no closing {self.quote} before the end of the line"

    def fixes(self) -> tuple[Fix, ...]:
        edits = (Edit(self.close_at, self.quote),) if self.close_at else ()
        return (Fix(f"close it with {self.quote}", edits),)


class UnclosedBracket(Problem):
    """A bracket is opened and not closed, or closed and not opened.

    ## Why
    Brackets hold together what belongs together: the members of an entity, the arguments of a function. Where one
    is missing, it is not known where the group was meant to end.

    ## Example
    ```metric
    metric revenue = sum(order.amount
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar[str] = "S103"
    slug: ClassVar[str] = "unclosed-bracket"
    bracket: str
    close_at: Span | None = field(default=None)
    on_a_new_line: bool = False
    inside: str = ""

    def message(self) -> str:
        if self.inside:
            return f"This `{self.bracket}` does not close the `{self.inside}` that is open here."
        if self.bracket in _CLOSING:
            return f"This `{self.bracket}` closes nothing: no `{_CLOSING[self.bracket]}` is open here."
        return f"This `{self.bracket}` is never closed: a `{_OPENING[self.bracket]}` is missing."

    def label(self) -> str:
        return "nothing to close" if self.bracket in _CLOSING else "opened here"

    def fixes(self) -> tuple[Fix, ...]:
        if self.inside and self.span:
            right = _OPENING[self.inside]
            return (Fix(f"write `{right}`", (Edit(self.span, right),)),)
        if self.bracket in _CLOSING:
            drop = (Edit(self.span, ""),) if self.span else ()
            return (Fix(f"take the `{self.bracket}` away", drop),)
        closing = _OPENING[self.bracket]
        written = f"\n{closing}" if self.on_a_new_line else closing
        edits = (Edit(self.close_at, written),) if self.close_at else ()
        return (Fix(f"write the missing `{closing}`", edits),)
