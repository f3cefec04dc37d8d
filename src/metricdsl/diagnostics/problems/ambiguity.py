"""Names that mean several things, or themselves (N2)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import listed
from metricdsl.source import Span


class AmbiguousName(Problem):
    """A name that two used packages have.

    ## Why
    Which of the two is meant would depend on the order of the `use` lines, and the number with it: twice the 10
    orders, or twice the 30 items.

    ## Example
    ```metric
    package one
    entity order from orders { key order_id }
    metric size = count(order)
    ```
    ```metric
    package two
    entity item from items { key item_id }
    metric size = count(item)
    ```
    ```metric
    package three
    use one
    use two
    metric double = size * 2
    ```

    ## Instead
    ```metric
    package one
    entity order from orders { key order_id }
    metric size = count(order)
    ```
    ```metric
    package two
    entity item from items { key item_id }
    metric size = count(item)
    ```
    ```metric
    package three
    use one
    use two
    metric double = one.size * 2
    ```
    """

    code: ClassVar = "N203"
    slug: ClassVar = "ambiguous-name"
    name: str
    candidates: tuple[str, ...]
    rest: str = ""  # what stands behind the name: the place is that of all of it
    before: str = ""  # what the full name needs in front where it stands
    fitting: tuple[str, ...] = ()  # those of the candidates with which the whole means something there
    bound: str = ""  # the package whose table several sources bind
    first: Span | None = None  # where the first of them stands
    packed: bool = False  # whether plugins ship all of them

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.bound:
            return f"the table {self.name} of {self.bound} is bound by {len(self.candidates)} sources, {listed(self.candidates, 'and')}"
        return f"{self.name} could be {listed(self.candidates)}"

    def reason(self) -> str:
        """Where the first source stands."""
        return "" if self.first is None else f"The first stands in {self.first.file}."

    def fixes(self) -> tuple[Fix, ...]:
        """Each full name that can be meant."""
        if self.bound:
            own = f"declare {self.name} in a file of this project with `use {self.bound}`: it goes before those of plugins"
            return (
                (Fix(own), Fix("or list one of the plugins"))
                if self.packed
                else (Fix("take all but one away"),)
            )
        rest = f".{self.rest}" if self.rest else ""
        written = [f"{self.before}{name}{rest}" for name in self.fitting or self.candidates]
        edits = [() if self.span is None else (Edit(self.span, whole),) for whole in written]
        return tuple(Fix(f"say {whole}", edit) for whole, edit in zip(written, edits, strict=True))


class CircularDefinition(Problem):
    """A definition that needs itself.

    ## Why
    `a = b + 1` and `b = a - 1` hold for every number: with a 5, b is 4, and with a 6 it is 5. There is no value
    to show.

    ## Example
    ```metric
    metric margin = cost * 2
    metric cost = margin / 2
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact cost : money(USD) }
    metric cost = sum(order.cost)
    metric margin = cost * 2
    ```
    """

    code: ClassVar = "N204"
    slug: ClassVar = "circular-definition"
    circle: tuple[str, ...]
    instead: str = ""  # of what one of them stands, so that this one's name means it too

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if len(self.circle) == 1:
            return f"{self.circle[0]} is defined by itself"
        return f"{self.circle[0]} is defined by itself: {' → '.join((*self.circle, self.circle[0]))}"

    def reason(self) -> str:
        """Why the name means the metric itself."""
        return (
            f"{self.instead} is overridden by it, so that name means it in its own formula too."
            if self.instead
            else ""
        )

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if not self.instead:
            return ()
        return (Fix(f"write out what {self.instead} is made of, and what is to be different"),)
