"""N2: names that are unknown."""

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


def a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun.lstrip('`')[:1] in ('a', 'e', 'i', 'o', 'u') else 'a'} {noun}"


class UnknownName(Problem):
    """A name that nothing here has.

    ## Why
    A misspelt name must not quietly mean something else: with `revenu` taken for a column of nulls, revenue is
    empty, and with the condition that names it left out, 100 USD of all orders would stand for the 30 USD of
    the paid ones. So no number is made.

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


_OTHER_WORDS = {
    **dict.fromkeys(
        ("description", "descripton", "desc", "comment", "doc", "documentation", "help", "text"), "about"
    ),
    **dict.fromkeys(("title", "name", "displayname", "caption"), "label"),
    **dict.fromkeys(("direction", "goal", "polarity", "good"), "better"),
    **dict.fromkeys(("author", "contact", "team", "steward", "responsible"), "owner"),
    **dict.fromkeys(("state", "stage", "certified"), "status"),
    **dict.fromkeys(("default", "null", "nulls", "fill", "otherwise"), "empty"),
    **dict.fromkeys(("display", "pattern", "number_format"), "format"),
    **dict.fromkeys(("link", "url", "reference", "authority"), "source"),
    **dict.fromkeys(("override", "replaces"), "overrides"),
}
"""What other languages call a property."""


class UnknownProperty(Problem):
    """A word in a block that is no property.

    ## Why
    A misspelt `emtpy 0` would leave gaps null without a word: the mean of months with 100, no and 50 USD would
    be 75, where 50 was meant.

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
        other = _OTHER_WORDS.get(self.word.casefold().replace("_", ""), "")
        return near_fixes(self.near or ((other,) if other in self.known else ()), self.span)
