"""N2: names that are unknown, used twice, or mean something else."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span


def listed(names: tuple[str, ...], word: str = "or") -> str:
    """Names in a sentence: `a`, `a or b`, `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}" if names else ""


def near_fixes(near: tuple[str, ...], span: Span | None) -> tuple[Fix, ...]:
    """A fix for each near name. None is safe: what was meant is for the analyst to say, a guess could be another number."""
    if span is None:
        return tuple(Fix(f"did you mean {name}?") for name in near)
    return tuple(Fix(f"did you mean {name}?", (Edit(span, name),)) for name in near)


class UnknownName(Problem):
    """A name that nothing here has.

    ## Why
    A misspelt name must not quietly mean something else: with `revenu` taken for a column of nulls, revenue is empty.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amont)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    ```
    """

    code: ClassVar = "N201"
    slug: ClassVar = "unknown-name"
    name: str
    where: str = ""  # "in order", "from order"
    near: tuple[str, ...] = ()
    hint: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"nothing is called {self.name}{' ' + self.where if self.where else ''}"

    def label(self) -> str:
        """A few words to stand under the marked text."""
        return "unknown name"

    def reason(self) -> str:
        """Why it is wrong."""
        return self.hint

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class DeclaredTwice(Problem):
    """One name for two things.

    ## Why
    If two metrics are called revenue, a report shows one of the two numbers, and nobody knows which.
    Metrics, defines, segments and entities of a package share their names; so do the members of an entity.

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


def a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


class AmbiguousName(Problem):
    """A name that two used packages have.

    ## Why
    Which of the two is meant would depend on the order of the `use` lines, and the number with it.

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

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} could be {listed(self.candidates)}"

    def fixes(self) -> tuple[Fix, ...]:
        """Each full name."""
        edits = [() if self.span is None else (Edit(self.span, name),) for name in self.candidates]
        return tuple(Fix(f"say {name}", edit) for name, edit in zip(self.candidates, edits, strict=True))


class CircularDefinition(Problem):
    """A definition that needs itself.

    ## Why
    `a = b + 1` and `b = a - 1` hold for every number; there is no value to show.

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

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if len(self.circle) == 1:
            return f"{self.circle[0]} is defined by itself"
        return f"{self.circle[0]} is defined by itself: {' → '.join((*self.circle, self.circle[0]))}"


class UnknownPackage(Problem):
    """A package that no file belongs to.

    ## Why
    Nothing of it can be used; every name expected from it would be missing.

    ## Example
    ```metric
    use crm.cor
    ```
    ```metric
    package crm.core
    entity account from accounts { key account_id }
    ```

    ## Instead
    ```metric
    use crm.core
    ```
    ```metric
    package crm.core
    entity account from accounts { key account_id }
    ```
    """

    code: ClassVar = "N205"
    slug: ClassVar = "unknown-package"
    name: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"there is no package {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class LookAlikeNames(Problem):
    """Two names that look the same.

    ## Why
    A reader cannot tell `Revenue` from `revenue`, or a full-width letter from a plain one, and takes one number for the other.

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

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give one of them another name"),)


class ShadowedName(Problem):
    """A name that hides a function of the language.

    ## Why
    Whoever reads `sum(…)` elsewhere in the project expects the sum.

    ## Example
    ```metric
    define sum(x) = x * 2
    ```

    ## Instead
    ```metric
    define double(x) = x * 2
    ```
    """

    code: ClassVar = "N207"
    slug: ClassVar = "shadowed-name"
    name: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} is a function of the language and keeps its meaning"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("give it another name"),)


class UnknownProperty(Problem):
    """A word in a block that is no property.

    ## Why
    A misspelt `emtpy 0` would leave gaps null without a word.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount) { emtpy 0 }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount) { empty 0 }
    ```
    """

    code: ClassVar = "N208"
    slug: ClassVar = "unknown-property"
    word: str
    near: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.word} is no property here"

    def reason(self) -> str:
        """What there is."""
        return f"There are {listed(self.known, 'and')}." if self.known else ""

    def fixes(self) -> tuple[Fix, ...]:
        """The near words."""
        return near_fixes(self.near, self.span)


class WrongSortOfName(Problem):
    """A name of another sort than is needed here.

    ## Why
    `by revenue` would group by a number that is only known once the groups are there.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    metric odd = count(orders)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    ```
    """

    code: ClassVar = "N209"
    slug: ClassVar = "wrong-sort-of-name"
    name: str
    sort: str
    expected: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} is {a(self.sort)}; here {self.expected} is needed"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()
