"""What problems have in common whose sentence is written where they are found."""

from metricdsl.diagnostics.problem import Fix, Problem


class SentenceProblem(Problem):
    """The base of problems that are told with their sentence, and what to do."""

    text: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()
