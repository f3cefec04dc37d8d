"""Names that are used twice, or look alike (N2)."""

import unicodedata
from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import a
from metricdsl.source import Span


class DeclaredTwice(Problem):
    """One name for two things.

    ## Why
    If two metrics are called revenue, one of all orders (100 USD) and one of the paid (80 USD), a report shows
    one of the two numbers, and nobody knows which. Metrics, defines, segments and entities of a package share
    their names; so do the members of an entity.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric revenue = sum(order.amount where amount > 0)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric paid_revenue = sum(order.amount where amount > 0)
    ```
    """

    code: ClassVar = "N202"
    slug: ClassVar = "declared-twice"
    name: str
    sort: str
    first_sort: str
    first: Span | None = None

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} is declared twice: as {a(self.first_sort)} and here as {a(self.sort)}"

    def reason(self) -> str:
        """Where the first stands."""
        return "" if self.first is None else f"The first stands in {self.first.file}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give one of them another name"),)


class LookAlikeNames(Problem):
    """Two names that look the same.

    ## Why
    A reader cannot tell `Revenue` from `revenue`, or a full-width letter from a plain one, and takes one number
    for the other: the 100 USD ordered for the 80 USD paid.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact paid : money(USD) }
    metric revenue = sum(order.amount)
    metric Revenue = sum(order.paid)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD)  fact paid : money(USD) }
    metric revenue = sum(order.amount)
    metric paid_revenue = sum(order.paid)
    ```
    """

    code: ClassVar = "N206"
    slug: ClassVar = "look-alike-names"
    name: str
    other: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} looks like {self.other}, which is declared too"

    def reason(self) -> str:
        """What is not seen of the one."""
        unseen = sorted({c for c in f"{self.name}{self.other}" if unicodedata.category(c) == "Cf"})
        seen = [[c for c in name if c not in unseen] for name in (self.name, self.other)]
        signs = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '').lower()}" for c in unseen)
        return f"They differ by what is not seen: {signs}." if seen[0] == seen[1] else ""

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give one of them another name"),)


class ShadowedName(Problem):
    """A name that hides another one: a function's, one of a package that is used, one that a define's parameter is called like.

    ## Why
    Whoever reads `sum(…)` elsewhere in the project expects the sum: of amounts of 10 and 20 USD 30, and not what the name was
    made to mean; whoever reads `revenue` below a `use` of a package with a `revenue` takes the one number for the other.

    ## Example
    ```metric
    package board
    use core
    metric orders = count(order where paid)
    ```
    ```metric
    package core
    entity order from orders { key order_id  dimension paid : boolean }
    metric orders = count(order)
    ```

    ## Instead
    ```metric
    package board
    use core
    metric paid_orders = count(order where paid)
    ```
    ```metric
    package core
    entity order from orders { key order_id  dimension paid : boolean }
    metric orders = count(order)
    ```
    """

    code: ClassVar = "N207"
    slug: ClassVar = "shadowed-name"
    name: str
    other: str = ""  # what has the name already, in full
    used: str = ""  # the package that has it
    alias: str = ""  # the package that is used under the name
    sort: str = ""  # of what a parameter hides
    place: Span | None = None  # where the other stands
    may_override: bool = False  # whether it can be put in the other's place
    built_in: str = "function"  # what the language has of that name

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.sort:
            return f"the parameter {self.name} would hide {self.other}, {a(self.sort)}"
        if self.alias:
            return f"{self.name} is the name that {self.alias} is used under"
        if self.used:
            return f"{self.name} would hide {self.other}, which `use {self.used}` brings in"
        return f"{self.name} is a {self.built_in} of the language and keeps its meaning"

    def reason(self) -> str:
        """Where the other stands."""
        return f"{self.other} stands in {self.place.file}." if self.place is not None else ""

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        other = Fix("give it another name")
        if self.used:
            last = self.used.rpartition(".")[2]
            apart = Fix(f"or use the package under a name: `use {self.used} as {last}`")
            instead = Fix(f"or put it in its place, for all that uses it: `{{ overrides {self.other} }}`")
            return (other, apart, instead) if self.may_override else (other, apart)
        return (other,)
