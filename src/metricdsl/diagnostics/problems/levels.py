"""Values of members that nothing puts together, and ratios that are added (G413, G414)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.source import Span


class NoLevel(Problem):
    """`per` or `having` behind a formula that nothing aggregates.

    ## Why
    `revenue per customer` could be the revenue of each customer, their mean, or revenue divided by customers:
    of 3 customers with 10, 20 and 90, these are three numbers, 40 (the mean), 20 (the median) or 120 / 3.

    ## Example
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric each    = revenue per customer
    ```

    ## Instead
    ```metric
    entity customer from customers { key customer_id }
    entity order from orders { key order_id  join customer on customer_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    metric each    = avg(revenue per customer)
    ```
    """

    code: ClassVar = "G413"
    slug: ClassVar = "no-level"
    word: str
    key: str = ""
    inside: str = ""  # the aggregation around it, which needs members to choose from
    body: str = "…"  # the formula
    alone: bool = False  # whether no other words stand behind it

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.inside:
            return f"`having` chooses among members, and {self.inside}({self.body} having …) names none"
        behind = f"{self.word} {self.key}".strip()
        return f"`{behind}` stands behind a formula that nothing aggregates"

    def reason(self) -> str:
        """The number it would have spoilt."""
        if self.inside:
            return (
                "Whether it is customers, days or orders that the condition is about makes different numbers."
            )
        return "The formula has one value for each member; how these become one value is not said."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.inside:
            fix = Fix(f"name the members: {self.inside}({self.body} per customer having …)")
            return (fix, Fix("or count the rows of an entity: count(customer having …)"))
        if self.word == "having":
            return (
                Fix(
                    f"put it into an aggregate: count(customer having …), sum({self.body} per customer having …)"
                ),
            )
        whole = f"avg({self.body} per {self.key})"
        edits = (Edit(self.span, whole),) if self.span is not None and self.alone else ()
        return (
            Fix(f"name the aggregate around it: {whole}", edits),
            Fix("for a division write `/`, as in revenue / orders"),
        )


class RatiosDoNotAdd(Problem):
    """A sum of ratios, averages, percentiles or changes.

    ## Why
    Win rates of 50% and 100% do not add up to 150%: a sum of ratios measures nothing. Orders of 20 on average in May and of 40 in
    June are not orders of 60. Variances add, as those of the items of a test do.

    ## Example
    ```metric
    entity rep from reps { key rep_id }
    entity deal from deals { key deal_id  join rep on rep_id  dimension won : boolean }
    metric win_rate = rate(deal, that: won)
    metric strange  = sum(win_rate per rep)
    ```

    ## Instead
    ```metric
    entity rep from reps { key rep_id }
    entity deal from deals { key deal_id  join rep on rep_id  dimension won : boolean }
    metric win_rate = rate(deal, that: won)
    metric typical  = avg(win_rate per rep)
    ```
    """

    code: ClassVar = "G414"
    slug: ClassVar = "ratios-do-not-add"
    by: str = ""
    body: str = "…"  # what is added up, as it is written
    ratios: str = "ratios"  # or averages, medians, …
    function: Span | None = None  # the word `sum`
    ratio: Span | None = None  # the ratio that it is a part of
    mean: bool = False  # whether that divides it by the number of the members

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"this adds up {self.ratios}, and {self.ratios} do not add"

    def reason(self) -> str:
        """The number it would have spoilt."""
        if self.ratios == "ratios":
            return "Two members at 50% and 100% would make 150%."
        return "Two members at 20 and 40 would make 60, which neither of them comes near."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (_meant(_typical(self.body, self.by), self.function, self.ratio, mean=self.mean),)


class AddedAgain(Problem):
    """A sum over periods of what stands from one to the next or of windows that overlap, or a sum of distinct counts.

    ## Why
    A balance of 100 that nobody touches is 100 in January and 100 in February; their sum, 200, is nobody's money. A customer who
    buys in both months is one of each: 1 and 1, and still one customer. So with `+`: of 10 buyers in the shop and 8 on the web, 3 in
    both, the sum is 18, and there are 15 customers. Divided by the number of the members a sum of distinct counts is what each of them
    has, and is accepted: `sum(products per account) / count(account)`.

    ## Example
    ```metric
    entity balance from balances { key balance_id  time day : date  fact held : money(USD) stock last by day }
    metric held  = sum(balance.held)
    metric added = sum(held per month)
    ```

    ## Instead
    ```metric
    entity balance from balances { key balance_id  time day : date  fact held : money(USD) stock last by day }
    metric held    = sum(balance.held)
    metric typical = avg(held per month)
    ```
    """

    code: ClassVar = "G417"
    slug: ClassVar = "added-again"
    body: str
    by: str
    distinct: str = ""  # what is counted, each once
    how: str = "level"  # else "window", each period looks at days that the next one looks at too, or "whole", all have the same; "groups" are added by `+`
    sides: tuple[str, str] = ("", "")  # what stands left and right of that
    pairs: str = ""  # what counts the pairs, if that is meant
    function: Span | None = None  # the word `sum`
    ratio: Span | None = None  # the ratio that it is a part of
    mean: bool = False  # whether that divides it by the number of the members
    opened: bool = False  # whether a `while` around the sum has made it one

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.opened:
            return f"what is open stands from one period to the next, and the sum per {self.by} in front of `while` adds it up again for each"
        if self.distinct:
            return f"this adds up distinct counts: the same {self.distinct} in two of them is counted twice"
        if self.how == "whole":
            return f"{self.body} is one number for all, and this adds it up again for each {self.by}"
        if self.how == "window":
            return f"the periods of {self.body} overlap, and this adds up what lies in two of them twice"
        return f"{self.body} stands from one period to the next, and this adds it up again for each"

    def reason(self) -> str:
        """The number it would have spoilt."""
        if self.distinct:
            return "What is in two groups is 1 and 1, and still one."
        if self.how == "whole":
            return "A total of 100 would be 300 with three of them."
        if self.how == "window":
            return "A sale of January that is in the windows of January and of February would be two."
        return "100 in January and the same 100 in February would make 200."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.opened:
            inside = f"({self.body} while …)" if self.body != "what is open" else "(… while …)"
            return (
                Fix(
                    f"write the word inside: avg({inside} per {self.by}) is the typical one, and {inside} without `per` the last one"
                ),
            )
        if self.how == "groups":
            left, right = (f"({side} as number)" for side in self.sides)
            return (
                Fix(
                    "count them once: in one count, with the conditions joined by `or`, or over one longer period"
                ),
                Fix(
                    f"or, if what is in both is to count twice, say that it is a plain number: {left} + {right}"
                ),
            )
        mean = _meant(_typical(self.body, self.by), self.function, self.ratio, mean=self.mean)
        if not self.by:
            return (mean,)
        if self.how == "whole" and not self.distinct:
            return (Fix(f"take it once: {self.body}, without `per`"), mean)
        once = "count them once" if self.distinct else "take the last one"
        pairs = (Fix(f"or, if each pair is to count: {self.pairs}"),) if self.pairs else ()
        return (mean, Fix(f"or {once}: {self.body}, without `per`"), *pairs)


def _typical(body: str, by: str) -> str:
    return f"avg({body} per {by})" if by else f"avg({body})"


def _meant(text: str, function: Span | None, ratio: Span | None, *, mean: bool) -> Fix:
    """The mean instead of the sum; in a ratio that may be the whole of it, and is no other way to say the same."""
    if ratio is not None and mean:
        return Fix(f"did you mean {text}, in place of the whole division?", (Edit(ratio, text),))
    if ratio is not None:
        return Fix(f"a mean is {text}, and its ratio another number: say which is meant")
    return Fix(f"did you mean {text}?", () if function is None else (Edit(function, "avg"),))
