"""What does not fit around or inside an aggregate (G407, G408, G410)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import listed


class ColumnOutsideAggregate(Problem):
    """A column where a value of many rows is needed.

    ## Why
    A group has many amounts. Of orders of 10 and of 90 USD "the" amount would be 10 or 90, whichever row is
    read first; the sum is 100 and the mean is 50.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = order.amount
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar = "G407"
    slug: ClassVar = "column-outside-aggregate"
    name: str
    suggestion: str = "sum"
    chosen: bool = False  # whether it stands in `having`
    compared: bool = False  # whether it is compared, with what a number of it is not
    whole: str = ""  # the call around it, as it was meant
    plain: str = ""  # and without the members that it names
    inside: str = ""  # the call of a function of rows around it

    def message(self) -> str:
        """What is wrong, in one sentence."""
        needs = "`having` chooses by metrics" if self.chosen else "a metric needs one for all of them"
        return f"{self.name} has a value for each row; {needs}"

    def fixes(self) -> tuple[Fix, ...]:
        """The aggregate that is likely meant."""
        written = f"{self.suggestion}({self.name})"
        edits = () if self.span is None else (Edit(self.span, written),)
        fixes: tuple[Fix, ...] = (Fix(f"say {self.whole or written}", edits),)
        if not self.suggestion:
            entity, _, column = self.name.partition(".")
            aggregated = "build the ratio from its parts, `sum(…) / sum(…)`, or weight it: "
            fixes = (Fix(f"{aggregated}`avg({self.name}, weight: {entity}.…)`"),)
            if self.inside:
                of_a_row = self.inside.replace(f"{self.name}", column)
                fixes = (Fix(f"make it a dimension in the block of {entity}: `dimension … = {of_a_row}`"),)
        if self.compared:
            entity = self.name.partition(".")[0]
            fixes = (Fix(f"compare it row by row, inside: count({entity} where {self.name} = …)"),)
        if self.plain:
            fixes += (Fix(f"or {self.plain}, if no members are meant"),)
        return (
            (Fix("choose rows by their columns with `where`, in front of `having`"), *fixes)
            if self.chosen
            else fixes
        )


class NoSingleHome(Problem):
    """An aggregate whose rows cannot be told.

    ## Why
    Orders times tickets pairs each order with each ticket: of 10 orders and 3 tickets there are 30 pairs, so
    that the sum grows with both.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    entity ticket from tickets { key ticket_id  fact minutes : integer }
    metric odd = sum(order.amount * ticket.minutes)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    entity ticket from tickets { key ticket_id  fact minutes : integer }
    metric product = sum(order.amount) * sum(ticket.minutes)
    ```
    """

    code: ClassVar = "G408"
    slug: ClassVar = "no-single-home"
    entities: tuple[str, ...]
    suggestions: tuple[str, ...] = ()
    values: bool = False  # whether `values` of dimensions are asked for

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.entities:
            return "no entity is named here, so it is not known whose rows are meant"
        return f"none of {listed(self.entities, 'and')} reaches the others, so it is not known whose rows are meant"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.values:
            return (Fix("ask for the values of each entity in a question of its own"),)
        if self.entities:
            return (Fix("aggregate each apart, then calculate with the results"),)
        return tuple(Fix(f"say {name}") for name in self.suggestions)


class MetricInsideAggregate(Problem):
    """An aggregate of an aggregate.

    ## Why
    The mean of the orders' averages is not the average of the items. With one order of a single item of 100 USD
    and one of 9 items of 10 USD each, the averages 100 and 10 have the mean 55; the average item costs 19.
    Which members are meant must be said.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric mean = avg(revenue)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric mean = avg(order.amount)
    ```
    """

    code: ClassVar = "G410"
    slug: ClassVar = "metric-inside-aggregate"
    name: str
    function: str = ""
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        called = {"count_rows": "count", "count_distinct": "count"}.get(self.function, self.function)
        inside = f"inside {called}" if called else "here"
        return f"{self.name} is a value of many rows; {inside} a value of one row is needed"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        general = Fix("use the columns that it is made of, or calculate with it outside the aggregate")
        return (Fix(self.fix), general) if self.fix else (general,)
