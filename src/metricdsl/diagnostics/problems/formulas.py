"""N2: functions, arguments and definitions that a formula cannot be made of."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem, Severity
from metricdsl.diagnostics.problems.names import near_fixes
from metricdsl.diagnostics.problems.sentences import SentenceProblem
from metricdsl.source import Span


class UnknownFunction(Problem):
    """A function that does not exist.

    ## Why
    A guess at what `mean` does could be the mean of the rows or of the groups: of orders of 10, 10 and 40 USD,
    two of them of one customer, 20 or, by customer, 25.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric typical = mediann(order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric typical = median(order.amount)
    ```
    """

    code: ClassVar = "N210"
    slug: ClassVar = "unknown-function"
    name: str
    near: tuple[str, ...] = ()
    meant: str = ""
    calculation: bool = False  # whether what is meant is one, and no call
    whole: Span | None = None

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"there is no function {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """The call in the words of the language, or the near names."""
        if not self.meant:
            return near_fixes(self.near, self.span)
        title = f"here it is `{self.meant}`"
        if self.whole is None or "…" in self.meant:
            return (Fix(title),)
        # A calculation in place of a call is held together, whatever stands beside it.
        return (Fix(title, (Edit(self.whole, f"({self.meant})" if self.calculation else self.meant),)),)


class WrongArguments(SentenceProblem):
    """A function that is given too little, too much, or something it cannot use.

    ## Why
    `percentile(x)` without a position has no meaning of its own: 50 % and 90 % are far apart.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric high = percentile(order.amount)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric high = percentile(order.amount, 90%)
    ```
    """

    code: ClassVar = "N211"
    slug: ClassVar = "wrong-arguments"


class NotInThisVersion(Problem):
    """A word of the language that this version does not evaluate yet.

    ## Why
    Rather no number than one made without the word: a gain over a start of 1200 USD, shown without the start,
    is 1500 and not 300.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension returned : boolean }
    metric orders = count(order)
    metric returns = count(order where returned) { guards orders }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension returned : boolean }
    metric orders = count(order)
    metric returns = count(order where returned)
    invariant returns <= orders
    ```
    """

    code: ClassVar = "N212"
    slug: ClassVar = "not-in-this-version"
    word: str
    instead: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.word} is part of the language, but not of this version"

    def fixes(self) -> tuple[Fix, ...]:
        """What says the same in this version."""
        return (Fix(self.instead),) if self.instead else ()


class TooManyLevels(Problem):
    """A formula that, with all its metrics put in, has too many levels.

    ## Why
    Engines refuse, or take minutes over, a query nested hundreds of levels deep: there would be no number, and
    the engine's own words for why.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric one = count(order)
    define d(x) = -(-(-(-(-(-(-(-(-(-(x))))))))))
    define e(x) = d(d(d(d(d(d(d(d(x))))))))
    metric deep = e(e(e(one)))
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric one = count(order)
    ```
    """

    code: ClassVar = "N213"
    slug: ClassVar = "too-many-levels"
    name: str
    limit: int
    defines: bool = False  # whether it is the number of defines that are put in

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.defines:
            return f"{self.name} puts in defines more than {self.limit} times: they use one another"
        return f"{self.name} has more than {self.limit} levels of formula within formula"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("define it from metrics that are nearer to the facts"),)


class DeprecatedName(Problem):
    """A metric that its owner has given up.

    ## Why
    The number is still made, but somebody decided that another one is right: beside 110 buys by the old rule
    there are 100 orders by the new one.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    metric buys = count(order) { status deprecated  replaced by orders }
    metric twice = buys * 2
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    metric twice = orders * 2
    ```
    """

    code: ClassVar = "N214"
    slug: ClassVar = "deprecated-name"
    severity: ClassVar[Severity] = Severity.WARNING
    name: str
    instead: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} is deprecated{'; it is replaced by ' + self.instead if self.instead else ''}"

    def fixes(self) -> tuple[Fix, ...]:
        """The name to use."""
        if not self.instead or self.span is None:
            return ()
        return (Fix(f"use {self.instead}", (Edit(self.span, self.instead),)),)
