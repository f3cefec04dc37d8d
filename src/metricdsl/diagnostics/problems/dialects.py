"""Problems of engines: what one of them cannot do."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class NotOnThisEngine(Problem):
    """A function or an aggregate cannot be calculated on the engine that was asked.

    ## Why
    Each function is translated for each engine on its own, so that it means the same everywhere. Where an engine has
    nothing to translate it to, a different number would be the only alternative.

    ## Example
    `metric compile "letters" --dialect oldengine`, with an engine that has no percentiles, and
    `metric letters = median(letter.length)`.

    ## Instead
    Ask another engine, or use an aggregate that this one has, such as `avg`.
    """

    code: ClassVar[str] = "D601"
    slug: ClassVar[str] = "not-on-this-engine"
    function: str
    engine: str
    why: str = ""

    def message(self) -> str:
        return f"`{self.function}` cannot be calculated on {self.engine}"

    def label(self) -> str:
        return f"not on {self.engine}"

    def reason(self) -> str:
        return self.why or f"Nothing says how {self.engine} would calculate it as it is meant."

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("use another function, or run it on another engine"),)


class UnknownDialect(Problem):
    """SQL was asked for an engine that nobody has described.

    ## Why
    Each engine's SQL is written from a table of its own; a guess could mean another number.

    ## Example
    `metric compile "revenue" --dialect oldengine`

    ## Instead
    `metric compile "revenue" --dialect duckdb`
    """

    code: ClassVar[str] = "D602"
    slug: ClassVar[str] = "unknown-engine"
    engine: str
    known: tuple[str, ...] = ()

    def message(self) -> str:
        return f"there is no engine called `{self.engine}`"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("say one of: " + ", ".join(self.known)),) if self.known else ()
