"""What can be wrong with the writing itself (S1): before any name is looked up."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span


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


_OPENING = {"(": ")", "{": "}", "[": "]"}
_CLOSING = {")": "(", "}": "{", "]": "["}


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


class NotText(Problem):
    """The file is not a text in UTF-8.

    ## Why
    Definitions are text in UTF-8. A file saved in another encoding, or a spreadsheet with the ending of a definition
    file, would be read as something that nobody wrote.

    ## Example
    ```text
    a file of definitions saved as UTF-16, or a workbook renamed to sales.metric
    ```

    ## Instead
    ```text
    the same file, saved as UTF-8 by the editor
    ```
    """

    code: ClassVar[str] = "S105"
    slug: ClassVar[str] = "not-text"
    path: str
    what: str

    def message(self) -> str:
        return f"{self.path} is not a text in UTF-8: {self.what}."

    def label(self) -> str:
        return self.what

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("save the file as UTF-8 text"),)


class FileTooLarge(Problem):
    """The file is larger than definitions are allowed to be.

    ## Why
    A file of more than a million characters is nearly always data that came into the definitions folder by mistake.
    The limit can be raised in the project file.

    ## Example
    ```text
    a file of 40 MB called orders.metric
    ```

    ## Instead
    ```text
    several files of definitions, each below the limit
    ```
    """

    code: ClassVar[str] = "S106"
    slug: ClassVar[str] = "file-too-large"
    path: str
    size: int
    limit: int

    def message(self) -> str:
        return f"{self.path} has {self.size:,} characters; a file of definitions may have {self.limit:,}."

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("split the file, or raise the limit in metricdsl.toml"),)


class TooDeep(Problem):
    """A formula is nested deeper than anybody could read.

    ## Why
    Every bracket in a bracket, every operator on the result of another, is a level. So many levels come from a
    program that writes formulas, or from an attack; databases refuse them too.

    ## Example
    ```metric
    metric deep = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ```

    ## Instead
    ```metric
    metric shallow = (1)
    ```
    """

    code: ClassVar[str] = "S107"
    slug: ClassVar[str] = "too-deep"
    limit: int

    def message(self) -> str:
        return f"This is nested more than {self.limit} levels deep."

    def label(self) -> str:
        return "too deep from here on"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("give parts of the formula names of their own"),
            Fix('for a long list of alternatives write `x in ("a", "b", …)`'),
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


class RepeatedClause(Problem):
    """A clause of a query or of a declaration is written twice.

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

    def message(self) -> str:
        return f"`{self.clause}` is written twice here."

    def label(self) -> str:
        return "the second one"

    def fixes(self) -> tuple[Fix, ...]:
        joined = {"by": "write one `by`, its dimensions with commas between"}
        return (Fix(joined.get(self.clause, f"keep one `{self.clause}`")),)
