"""Scorecards that are unknown, and those that cannot be judged (Q5)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import near_fixes
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class UnknownScorecard(Problem):
    """A scorecard that is not declared.

    ## Why
    Another scorecard of a similar name has other metrics; a report has no goals that are judged.

    ## Example
    It is raised by `metric scorecard` for a name that no `scorecard` has.

    ## Instead
    `metric list reports` shows the scorecards and reports there are.
    """

    code: ClassVar = "Q515"
    slug: ClassVar = "unknown-scorecard"
    name: str
    near: tuple[str, ...] = ()
    report: bool = False  # whether a report has the name
    known: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return (
            f"{self.name} is a report, no scorecard" if self.report else f"there is no scorecard {self.name}"
        )

    def reason(self) -> str:
        """Which there are."""
        if not self.known:
            return "No scorecard is declared."
        return f"There {'are' if len(self.known) > 1 else 'is'} {', '.join(self.known)}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.report:
            return (
                Fix(f"ask for it with `metric query {self.name}`, or declare a `scorecard` of its metrics"),
            )
        if not self.known:
            return (Fix("declare one: `scorecard sales { metrics revenue  by month }`"),)
        return near_fixes(self.near, self.span)


class ScorecardWithoutPeriod(SentenceProblem):
    """A scorecard whose groups are no periods that can be judged.

    ## Why
    A scorecard judges one period: `by month, quarter` has two at once, of which one may be ahead and the other behind; an hour is
    no period that a goal is set for.

    ## Example
    It is raised by `metric scorecard` for a scorecard such as `scorecard sales { metrics revenue  by month, quarter }`.

    ## Instead
    Ask by one day, week, month, quarter or year, of the plain calendar or a declared one, and by dimensions.
    """

    code: ClassVar = "Q516"
    slug: ClassVar = "scorecard-without-period"
