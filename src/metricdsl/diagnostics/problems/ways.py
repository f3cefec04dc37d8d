"""Joins that a question or a condition takes otherwise than it reads: `via` beside its way, neighbours of nobody (L912, L913)."""

from typing import ClassVar, Literal

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.names import listed


class IdleVia(Problem):
    """A `via` by whose join nothing in the question is reached.

    ## Why
    `via` says by which of several joins a name is meant. A name that is reached without that join stays what it is: where each task has
    an agent of its own, `(tasks via lead) by agent` counts the tasks of each agent, and not those of each team's lead.

    ## Example
    ```metric
    entity person from persons { key person_id  dimension name : text }
    entity team from teams { key team_id  join lead: person on lead_id }
    entity task from tasks { key task_id  join agent: person on agent_id  join team on team_id }
    metric tasks = count(task)
    report by_person = (tasks via lead) by agent.name
    ```

    ## Instead
    ```metric
    entity person from persons { key person_id  dimension name : text }
    entity team from teams { key team_id  join lead: person on lead_id }
    entity task from tasks { key task_id  join agent: person on agent_id  join team on team_id }
    metric tasks = count(task)
    report by_person = (tasks via lead) by person.name
    ```
    """

    code: ClassVar = "L912"
    slug: ClassVar = "idle-via"
    severity: ClassVar[Severity] = Severity.HINT
    join: str
    gone: tuple[str, ...] = ()  # the joins that are gone by instead

    def message(self) -> str:
        """What comes of it, in one sentence."""
        gone = f": what is asked for is reached by {listed(self.gone, 'and')}" if self.gone else ""
        return f"`via {self.join}` settles nothing here{gone}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix(f"ask by what {self.join} leads to, as in `by {self.join}`"),
            Fix(f"or leave `via {self.join}` out"),
        )


class RowsOfNobody(Problem):
    """A neighbour that is asked whether it is null, where the row itself may be of nobody.

    ## Why
    A row without a customer has no order of the same customer before it, and one without a date has none before it either. So both meet
    `previous is null`, and are counted among the first orders of customers.

    ## Example
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders {
      key  order_id
      join customer on customer_id
      join previous: order on customer_id before placed_on
      time placed_on : date
    }
    metric first_orders = count(order where previous is null)
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders {
      key  order_id
      join customer on customer_id
      join previous: order on customer_id before placed_on
      time placed_on : date
    }
    metric first_orders = count(order where previous is null and customer is not null and placed_on is not null)
    ```
    """

    code: ClassVar = "L913"
    slug: ClassVar = "rows-of-nobody"
    severity: ClassVar[Severity] = Severity.HINT
    join: str
    relation: Literal["before", "after", "as of"]
    columns: tuple[str, ...]  # what may be null in the row itself

    def message(self) -> str:
        """What comes of it, in one sentence."""
        one = f"{listed(self.columns, 'or')} is null"
        return f"a row whose {one} has no {self.join} either, and is met too"

    def fixes(self) -> tuple[Fix, ...]:
        """What to say beside it."""
        known = " and ".join(f"{name} is not null" for name in self.columns)
        return (Fix(f"where they are not meant, add `and {known}`"),)
