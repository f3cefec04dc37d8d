"""X73: what the data at hand cannot serve."""

from copy import copy
from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.names import listed

MOST_NAMED = 4
"""How many of the metrics of a pack are named that lack the same."""


class NotAvailableHere(Problem):
    """A metric that the data at hand cannot serve, and for want of what; the others work.

    ## Why
    A pack, or a set of definitions shared by several companies, names more than any one of them stores. A column that is
    not there is not zero and not null: the metric is refused, and nothing else is. The metrics of a pack, of which nobody
    has all, are told together, by what is lacking. `metric check` looks at the tables of
    every connection that is a file or a folder; a server is looked at with `--live`. A question that asks for what the
    source of an entity does not supply is refused with the same words; they name the column as the source is to supply it.

    ## Example
    `metric check` with a folder with `orders.csv` that has no column `discount`:

    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact discount : money(USD) }
    metric revenue   = sum(order.amount)
    metric discounts = sum(order.discount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar = "X731"
    slug: ClassVar = "not-available-here"
    severity: ClassVar = Severity.WARNING
    metric: str
    needs: tuple[str, ...]
    connection: str = "default"
    timeless: bool = False  # whether it is a time that is lacking: the metric has a total, and no period
    nor: tuple[tuple[str, tuple[str, ...]], ...] = ()
    made: tuple[str, ...] = ()  # dimensions made of the column that is lacking
    served: tuple[int, int] | None = (
        None  # of a pack, whose name stands for the metric: how many metrics, of how many
    )
    wanting: tuple[
        tuple[str, tuple[str, ...]], ...
    ] = ()  # what is lacking, with the metrics of the pack that need it

    def refusing(self) -> "NotAvailableHere":
        """The same of a question, which is refused: elsewhere it is a warning."""
        told = copy(self)
        object.__setattr__(told, "severity", Severity.ERROR)
        return told

    def nor_in(self, other: "NotAvailableHere") -> "NotAvailableHere":
        """The same metric, lacking in another connection too."""
        nor = (*self.nor, (other.connection, other.needs))
        return NotAvailableHere(
            metric=self.metric,
            needs=self.needs,
            connection=self.connection,
            timeless=self.timeless and other.timeless,
            nor=nor,
            made=self.made,
            span=self.span,
        )

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.served is not None:
            some, all_ = self.served
            return f"{some} of the {all_} metrics of {self.metric} are available in the connection `{self.connection}`"
        lacking: dict[tuple[str, ...], list[str]] = {}
        for connection, needs in ((self.connection, self.needs), *self.nor):
            lacking.setdefault(needs, []).append(f"`{connection}`")
        said = ", and ".join(
            f"{' and '.join(needs)} in the connection{'s' if names[1:] else ''} {' and '.join(names)}"
            for needs, names in lacking.items()
        )
        return f"{self.metric} is not available{' by period' if self.timeless else ''} here: needs {said}"

    def reason(self) -> str:
        """The number it would have spoilt, or what a pack lacks."""
        if self.served is not None:
            return "; ".join(self.details())
        made = listed(self.made, "and")
        of_it = f"{made} {'are' if self.made[1:] else 'is'} made of it. " if made else ""
        return f"{of_it}Queries without it work{', and its total of all time does' if self.timeless else ''}."

    def details(self) -> tuple[str, ...]:
        """What a pack lacks, a line for each."""
        if self.served is None:
            return ()
        lines = (f"{need}: {_some(names)}" for need, names in self.wanting)
        return ("the others need what is not there:", *lines)

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.served is not None:
            return (Fix("bind what you have by a `source`, or by a plugin for your business system"),)
        return (Fix("supply it in the entity's `source`, or leave the metric out"),)


def _some(names: tuple[str, ...]) -> str:
    """The first names, and how many more."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
