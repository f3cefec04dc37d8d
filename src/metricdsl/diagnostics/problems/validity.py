"""Problems of joins by time (G43, X73): the neighbouring row, the row that is valid at a moment."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import a


class NoValidity(Problem):
    """A join `as of` a moment, to an entity that does not say when its rows are valid.

    ## Why
    Of several rows of one rep the join would not know which one held when the deal was closed: a rep who
    changed from team A to team B brings a deal of 100 USD to A, to B, or, joined to both rows, 200 USD to the
    two.

    ## Example
    ```metric
    entity rep_team from rep_teams { key rep_id, since  time since : date  time until : date  dimension team : text }
    entity deal from deals {
      key deal_id
      time closed_on : date
      join team: rep_team on rep_id as of closed_on
    }
    ```

    ## Instead
    ```metric
    entity rep_team from rep_teams {
      key rep_id, since
      time since : date
      time until : date
      valid from since to until
      dimension team : text
    }
    entity deal from deals {
      key deal_id
      time closed_on : date
      join team: rep_team on rep_id as of closed_on
    }
    ```
    """

    code: ClassVar = "G430"
    slug: ClassVar = "no-validity"
    entity: str
    days: tuple[str, ...] = ()  # its dates and timestamps

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.entity} does not say from when to when {a('row')} of it is valid"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if len(self.days) == 2:
            return (Fix(f"write `valid from {self.days[0]} to {self.days[1]}` in {self.entity}"),)
        return (
            Fix(
                f"write `valid from … to …` in {self.entity}, with the columns of its first day and of the day after"
            ),
        )


class NoMoment(Problem):
    """A join by time, of which a side has no time to compare.

    ## Why
    Which visit is the last one before an order is told by when each was. In the order of the rows it could be
    the first of five visits or the last: an advert has 0 or 1 order to its credit.

    ## Example
    ```metric
    entity visit from visits { key visit_id  dimension customer_id : integer  dimension channel : text }
    entity order from orders {
      key order_id
      time ordered_at : timestamp
      join last_visit: visit on customer_id before ordered_at
    }
    ```

    ## Instead
    ```metric
    entity visit from visits {
      key visit_id
      time visited_at : timestamp
      dimension customer_id : integer
      dimension channel : text
    }
    entity order from orders {
      key order_id
      time ordered_at : timestamp
      join last_visit: visit on customer_id before ordered_at
    }
    ```
    """

    code: ClassVar = "G431"
    slug: ClassVar = "no-moment"
    entity: str
    relation: str
    column: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.column:
            return f"`{self.relation}` needs a date or timestamp of {self.entity}, and {self.column} is none"
        return (
            f"`{self.relation}` needs a time of {self.entity}, and it has none, or several without a default"
        )

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.column:
            return (Fix(f"declare it: `time {self.column} : date`"),)
        return (Fix(f"declare a `time` in {self.entity}, or mark one `default`"),)


class OverlappingValidity(Problem):
    """Two rows of one key are valid at the same time.

    ## Why
    A deal closed then would have two teams: it would be counted for both, or for one that nobody chose.

    ## Example
    ```metric
    entity rep_team from rep_teams { key rep_id, since  time since : date  time until : date  valid from since to until }
    entity deal from deals { key deal_id  time closed_on : date  join team: rep_team on rep_id as of closed_on }
    ```

    ## Instead
    End each row where the next one of the same key begins: the day in `to` is the first on which the row no longer holds.
    """

    code: ClassVar = "X730"
    slug: ClassVar = "overlapping-validity"
    entity: str
    values: tuple[str, ...] = ()
    since: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.values:
            return f"two rows of `{self.entity}` of one key are valid at once"
        return (
            f"two rows of `{self.entity}` ({', '.join(self.values)}) are valid at once, from {self.since} on"
        )

    def reason(self) -> str:
        """Why it is refused."""
        return "a row that joins to it as of that time would belong to both"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix("end the earlier row where the later one begins, or leave one of them out with a `where`"),
        )
