"""What problems have in common whose sentence is written where they are found."""

from metricdsl.diagnostics.problem import Edit, Fix, Problem


class SentenceProblem(Problem):
    """The base of problems that are told with their sentence, and what to do."""

    text: str
    fix: str = ""
    edits: tuple[Edit, ...] = ()  # what the fix writes

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix, self.edits),) if self.fix else ()
