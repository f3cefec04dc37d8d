"""What an engine does with a question: it takes too long, is stopped, or refuses (X709, X715, X720)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem


def did_you_mean(near: tuple[str, ...]) -> tuple[Fix, ...]:
    """A fix that offers the near names, or none."""
    return (Fix("did you mean " + " or ".join(f"`{name}`" for name in near) + "?"),) if near else ()


class EngineProblem(Problem):
    """The base of problems met while running; `detail` is what the engine itself said, shown on request only."""

    detail: str = field(default="", eq=False, repr=False)


class RanTooLong(EngineProblem):
    """A query did not end before its deadline and was stopped on the engine.

    ## Why
    A deadline keeps one question from taking the database away from everybody else. The engine has stopped the query;
    the connection can be used again.

    ## Example
    ```toml
    [project.limits]
    deadline = 1
    ```

    ## Instead
    ```toml
    [project.limits]
    deadline = 60
    ```
    """

    code: ClassVar[str] = "X709"
    slug: ClassVar[str] = "ran-too-long"
    seconds: float

    def message(self) -> str:
        return f"the query was stopped after {self.seconds:g} seconds"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("ask for a shorter period (`during`) or fewer groups, or allow a longer deadline"),)


class Interrupted(EngineProblem):
    """A query was stopped on request.

    ## Why
    Ctrl-C, or `.cancel()` from another thread: the engine has stopped the query, and the connection can be used again.

    ## Example
    ```python
    query.cancel()
    ```

    ## Instead
    Ask again.
    """

    code: ClassVar[str] = "X715"
    slug: ClassVar[str] = "interrupted"

    def message(self) -> str:
        return "the query was stopped"


class EngineRefused(EngineProblem):
    """The engine could not run the query, for a reason that has no page of its own.

    ## Why
    The words of the engine itself are left out here, since they speak of SQL that nobody wrote; `--debug` shows them.

    ## Example
    ```text
    duckdb could not run the query: permission denied
    ```

    ## Instead
    Follow what the message says; if it says nothing useful, report it with what `--debug` prints.
    """

    code: ClassVar[str] = "X720"
    slug: ClassVar[str] = "engine-refused"
    engine: str
    why: str

    def message(self) -> str:
        return f"{self.engine} could not run the query: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("run it again with --debug to see what the engine said"),)
