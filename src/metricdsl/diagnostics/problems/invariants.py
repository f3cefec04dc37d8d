"""X75: an analyst's own law that the data breaks."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class InvariantDoesNotHold(Problem):
    """The data breaks an invariant.

    ## Why
    `won + lost = deals` is what everybody takes for granted who divides one by the other. Where a deal is closed and neither
    won nor lost, the win rate and the loss rate do not add up to 100 %, and nobody sees why.

    ## Example
    `metric check --live` where the table has a row with `closed_on` of March and a status that is neither:

    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension status : text }
    metric deals = count(deal)
    metric won = count(deal where status = "won")
    metric lost = count(deal where status = "lost")
    invariant "a closed deal is won or lost": won + lost = deals by month
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension status : text }
    metric deals = count(deal where status in ("won", "lost"))
    metric won = count(deal where status = "won")
    metric lost = count(deal where status = "lost")
    invariant "a closed deal is won or lost": won + lost = deals by month
    ```
    """

    code: ClassVar = "X750"
    slug: ClassVar = "invariant-does-not-hold"
    title: str
    groups: int
    group: tuple[str, ...]
    values: tuple[str, ...]

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.group:
            return f"{self.title}: this does not hold{self._values()}"
        where = f"in {self.groups:,} groups, the first of them" if self.groups > 1 else "in the group"
        return f"{self.title}: this does not hold {where} {', '.join(self.group)}{self._values()}"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return "What is built on it is wrong by as much, in these groups and in every total over them."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("correct the rows, or the metrics; or leave the invariant out if it need not hold"),)

    def _values(self) -> str:
        return f" ({'; '.join(self.values)})" if self.values else ""
