"""Words that begin no declaration, and dates that no calendar has (S104, S108)."""

from typing import ClassVar

from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Edit, Fix, Problem


class UnknownDeclaration(Problem):
    """A line begins like a declaration, with a word that declares nothing.

    ## Why
    Every declaration begins with its keyword, so that a broken one never hides the next.

    ## Example
    ```metric
    metrik revenue = 1
    ```

    ## Instead
    ```metric
    metric revenue = 1
    ```
    """

    code: ClassVar[str] = "S104"
    slug: ClassVar[str] = "unknown-declaration"
    word: str
    known: tuple[str, ...]

    def message(self) -> str:
        close = near(self.word, self.known)
        meant = f" Did you mean `{close[0]}`?" if close else ""
        return f"`{self.word}` does not begin a declaration.{meant}"

    def label(self) -> str:
        return "no keyword"

    def reason(self) -> str:
        return "A declaration begins with one of: " + ", ".join(self.known) + "."

    def fixes(self) -> tuple[Fix, ...]:
        if self.span is None:
            return ()
        return tuple(
            Fix(f"write `{word}`", (Edit(self.span, word),), safe=False)
            for word in near(self.word, self.known)
        )


class ImpossibleDate(Problem):
    """A date, week, month or quarter that no calendar has.

    ## Why
    The neighbouring day might be meant, or another month: two readings, two numbers.

    ## Example
    ```metric
    segment late = order.ordered_at > 2026-02-30
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    segment late = order.ordered_at > 2026-02-28
    ```
    """

    code: ClassVar[str] = "S108"
    slug: ClassVar[str] = "impossible-date"
    written: str
    instead: str = ""

    def message(self) -> str:
        return f"There is no {self.written} in the calendar."

    def label(self) -> str:
        return "no such date"

    def reason(self) -> str:
        return "Dates are written 2026-01-31, months 2026-01, quarters 2026-Q1, weeks 2026-W05."

    def fixes(self) -> tuple[Fix, ...]:
        if self.instead and self.span:
            return (Fix(f"write {self.instead}", (Edit(self.span, self.instead),)),)
        return ()
