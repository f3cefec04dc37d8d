"""Declarations that lack something, or do nothing yet (N2, L9)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.sentences import SentenceProblem


class IncompleteDeclaration(SentenceProblem):
    """Exchange rates, a calendar or an objective that leave out what makes them one, or contradict themselves.

    ## Why
    The rates of each day and the means of a month give two different sums (100 EUR at 1.10 and at 1.20 are 110
    or 120 USD), and of a year that starts nowhere there is no first quarter. What is meant has to be said.

    ## Example
    ```metric
    objective grow "Grow in Europe" { level strategy  due soon }
    ```

    ## Instead
    ```metric
    objective grow "Grow in Europe" { level strategy  due 2026-12-31 }
    ```
    """

    code: ClassVar = "N235"
    slug: ClassVar = "incomplete-declaration"
    severity: ClassVar[Severity] = Severity.ERROR


class UnusedDeclaration(Problem):
    """A define, segment, parameter, unit or source that nothing in the project uses.

    ## Why
    Whoever changes it believes that numbers change; whoever means to use it may have misspelt it, or taken a copy. A metric is
    never unused, it is what is asked for, and so are the periods of a calendar; nor is what a pack brings.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    segment large = order.amount > 1000
    metric large_orders = count(order where amount > 1000)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    segment large = order.amount > 1000
    metric large_orders = count(order where large)
    ```
    """

    code: ClassVar = "L932"
    slug: ClassVar = "unused-declaration"
    severity: ClassVar[Severity] = Severity.HINT
    sort: str
    name: str
    package: str = ""  # of a source: that of what reads a table of its name
    before: bool = False  # whether another source goes before it there

    def message(self) -> str:
        """What is so, in one sentence."""
        sort = "parameter" if self.sort == "param" else self.sort
        return f"nothing in this project uses the {sort} {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.before:
            return (
                Fix(f"take it away: {self.package} reads another source of that name, which goes before it"),
            )
        if self.package:
            fix = f"write `use {self.package}` in its file: it then binds the table of that name that {self.package} reads"
            return (Fix(fix), Fix("or take it away"))
        return (Fix("use it, or take it away"),)
