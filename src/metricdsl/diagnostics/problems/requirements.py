"""Metrics that do not say what their package requires (N2)."""

from typing import ClassVar, NamedTuple

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed
from metricdsl.source import Span

TEXTS = ("label", "about", "owner", "source", "version", "since", "format")


class Lacking(NamedTuple):
    """What is required and not said; the values of a facet."""

    word: str
    values: tuple[str, ...] = ()


class LacksRequired(Problem):
    """A metric that does not say what its package requires of each one.

    ## Why
    Whoever asks for all metrics of outcome finds those that say so: of revenue (100 USD), upsell (20 USD) and a third one that
    says nothing of its class (15 USD) the list has two, and 120 USD of 135. A package that is read by many states what each of
    its metrics bears, and a metric that was forgotten is told.

    ## Example
    ```metric
    package shop
    facet class = input, process, output, outcome
    require class, about
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount) { about "What was ordered." }
    ```

    ## Instead
    ```metric
    package shop
    facet class = input, process, output, outcome
    require class, about
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount) { about "What was ordered."  class outcome }
    ```
    """

    code: ClassVar = "N241"
    slug: ClassVar = "lacks-what-is-required"
    name: str
    lacking: tuple[Lacking, ...]
    package: str
    stated: Span | None = None

    def message(self) -> str:
        """What is wrong, in one sentence."""
        words = listed(tuple(f"`{one.word}`" for one in self.lacking), "and")
        whose = f"the package {self.package} requires" if self.package else "this project requires"
        return f"{self.name} says nothing of {words}, which {whose} of each metric"

    def label(self) -> str:
        """A few words to stand under the marked text."""
        return "not said"

    def reason(self) -> str:
        """Where it is required."""
        return "" if self.stated is None else f"The `require` stands in {self.stated.file}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to write, as far as it can be known."""
        written = listed(tuple(_as_written(one) for one in self.lacking), "and")
        return (Fix(f"add to its block {written}"),)


def _as_written(one: Lacking) -> str:
    """`class outcome`, with the values that there are; `about "…"`."""
    if one.values:
        return f"`{one.word}` with {listed(one.values)}"
    return f'`{one.word} "…"`' if one.word.split()[0] in TEXTS else f"`{one.word} …`"
