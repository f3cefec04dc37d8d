"""Words that begin no declaration, dates that no calendar has, numbers with zeros in front (S104, S108, S110)."""

import re
from typing import ClassVar

from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Edit, Fix, Problem

_QUESTIONS = frozenset({"select", "with", "show"})
_OTHER_WORDS = {
    **dict.fromkeys(("let", "measure", "kpi", "calculate", "calc", "indicator", "ratio"), "metric"),
    **dict.fromkeys(("def", "function", "func", "fn", "macro", "lambda"), "define"),
    **dict.fromkeys(("table", "model", "cube", "view", "class"), "entity"),
    **dict.fromkeys(("filter", "condition"), "segment"),
    **dict.fromkeys(("query", "chart", "dashboard"), "report"),
    **dict.fromkeys(("target", "budget"), "goal"),
    **dict.fromkeys(("const", "constant", "variable", "var", "parameter", "set"), "param"),
    **dict.fromkeys(("import", "include", "using", "require_package"), "use"),
    **dict.fromkeys(("module", "namespace"), "package"),
    **dict.fromkeys(("assert", "check", "rule", "constraint"), "invariant"),
    **dict.fromkeys(("currency", "exchange", "fx"), "rates"),
    **dict.fromkeys(("annotation", "milestone"), "event"),
}
"""What other languages call what a keyword declares."""


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
        if self.word.casefold() in _QUESTIONS:
            return (
                f"`{self.word}` begins no declaration: a file declares metrics, and a question asks for them."
            )
        close = self._meant()
        meant = f" Did you mean `{close[0]}`?" if close else ""
        return f"`{self.word}` does not begin a declaration.{meant}"

    def label(self) -> str:
        return "no keyword"

    def reason(self) -> str:
        return "A declaration begins with one of: " + ", ".join(self.known) + "."

    def fixes(self) -> tuple[Fix, ...]:
        if self.span is None:
            return ()
        if self.word.casefold() in _QUESTIONS:
            return (
                Fix(
                    'ask it with `metric query "revenue by region"`, or keep it: `report NAME = revenue by region`'
                ),
            )
        return tuple(Fix(f"write `{word}`", (Edit(self.span, word),), safe=False) for word in self._meant())

    def _meant(self) -> tuple[str, ...]:
        """The keywords that the word is near to, or is another word for."""
        other = _OTHER_WORDS.get(self.word.casefold())
        return near(self.word, self.known) or (() if other is None else (other,))


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


class LeadingZero(Problem):
    """A number that begins with a zero that means nothing, or is written in groups of digits.

    ## Why
    `least(revenue, 1,000)` has three arguments, 1 and 000 among them: the least of 170 USD and "1,000" would be 0, and of "1,500" 1. And 007 may be a text.

    ## Example
    ```metric
    entity order from orders { key order_id  fact pieces : integer }
    metric most = greatest(sum(order.pieces), 1,000)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact pieces : integer }
    metric most = greatest(sum(order.pieces), 1000)
    ```
    """

    code: ClassVar[str] = "S110"
    slug: ClassVar[str] = "leading-zero"
    written: str  # `000`, or with what stands before it, `1,000`
    instead: str  # the number, where it is one
    apart: str = ""  # the numbers, where several may be meant

    def message(self) -> str:
        if (sign := self._sign()) is not None:
            return f"{self.written} is several numbers, with {sign} between them."
        return f"{self.written} begins with a zero that means nothing."

    def label(self) -> str:
        return "a zero in front" if self._sign() is None else "not one number"

    def reason(self) -> str:
        return "A number is written in plain digits, as in 1000 or 12.5; a text stands in quotes."

    def fixes(self) -> tuple[Fix, ...]:
        if not self.instead:
            return (Fix("write a date in full, as in 1850-01-31"),)
        edits = (Edit(self.span, self.instead),) if self.span else ()
        if self._sign() is None:
            return (Fix(f"write {self.instead}", edits), Fix(f'or as a text: "{self.written}"'))
        if not self.apart or self.span is None:
            return (Fix(f"write {self.instead}", edits),)
        several = Fix(f"or with blanks, if several are meant: {self.apart}", (Edit(self.span, self.apart),))
        return (Fix(f"write {self.instead}", edits), several)

    def _sign(self) -> str | None:
        """What stands between the groups of digits; None where there is one group."""
        marks = {",": "commas", " ": "blanks", "'": "quotes", "_": "underscores"}
        grouped = (said for sign, said in marks.items() if re.search(rf"\d{sign} ?\d", self.written))
        return next(grouped, None)
