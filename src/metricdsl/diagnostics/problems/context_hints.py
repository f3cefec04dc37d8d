"""What a question lacks for a function of context to say anything: groups, a period (L9)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem, Severity
from metricdsl.source import Span


class NotGrouped(Problem):
    """A share, a total or a rank over what the question has no groups by.

    ## Why
    `share(revenue, of: rep)` is each rep's part of all reps' revenue. Where a question asks by region alone, each region is compared
    with itself: 100% everywhere. `rank(revenue, over: rep)` has no place to give there: it is null.

    ## Example
    ```metric
    entity rep from reps { key rep_id }
    entity order from orders { key order_id  join rep on rep_id  dimension region : text  fact amount : money(USD) }
    report parts = part: share(sum(order.amount), of: rep) by order.region
    ```

    ## Instead
    ```metric
    entity rep from reps { key rep_id }
    entity order from orders { key order_id  join rep on rep_id  dimension region : text  fact amount : money(USD) }
    report parts = part: share(sum(order.amount), of: rep) by order.region, rep
    ```
    """

    code: ClassVar = "L907"
    slug: ClassVar = "not-grouped"
    severity: ClassVar[Severity] = Severity.WARNING
    over: str
    rank: bool = False

    def message(self) -> str:
        """What comes of it, in one sentence."""
        what = "every place is null" if self.rank else "each value is compared with itself"
        return f"nothing is asked by {self.over} here, so {what}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"ask `by … {self.over}` too, or name here one of those that are asked by"),)


class NothingDropped(Problem):
    """A total without groups to leave out, since the question has periods alone.

    ## Why
    `total(m)` leaves out the groups of a question and keeps the period of each. With 10, 30 and 60 USD in January, February and
    March, `revenue / total(revenue) by month` is 100% in each month, not 10%, 30% and 60%.

    ## Example
    ```metric
    entity order from orders { key order_id  time day : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report parts = part: revenue / total(revenue) by month
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time day : date  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report parts = part: revenue / total(revenue, over: month) by month
    ```
    """

    code: ClassVar = "L911"
    slug: ClassVar = "nothing-dropped"
    severity: ClassVar[Severity] = Severity.HINT
    grain: str

    def message(self) -> str:
        """What comes of it, in one sentence."""
        return f"a total keeps the period of its group, and there are no groups but by {self.grain}: this is the value of the {self.grain} itself"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"of all that is asked for, say `total(…, over: {self.grain})`"),)


class NothingToMove(Problem):
    """A period before, where the question has none.

    ## Why
    All time ends today, and all time a month ago ended a month ago. With 40, 50 and 60 USD in January, February
    and March, asked at the end of March, `prior(revenue, 1 month)` is then 90, all revenue up to a month ago,
    not the 50 of last month.

    ## Example
    ```metric
    entity order from orders { key order_id  time day : date  fact amount : money(USD) }
    report before = last: prior(sum(order.amount), 1 month)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time day : date  fact amount : money(USD) }
    report before = last: prior(sum(order.amount), 1 month) by month
    ```
    """

    code: ClassVar = "L908"
    slug: ClassVar = "nothing-to-move"
    severity: ClassVar[Severity] = Severity.HINT
    distance: str

    def message(self) -> str:
        """What comes of it, in one sentence."""
        return f"the question has no period: all time moved by {self.distance} is all that was until {self.distance} ago"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("ask by a period, as in `by month`, or during one, as in `during this month`"),)


class GrowthOfAShare(Problem):
    """The relative change of a share.

    ## Why
    A win rate that goes from 20 % to 25 % has grown by 25 %, and by 5 points. Whoever reads "+25 %" beside a share in percent
    takes it for points: from 20 % to 45 %.

    ## Example
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won)
    metric gained   = growth(win_rate, 1 year)
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  time closed_on : date  dimension is_won : boolean }
    metric win_rate = rate(deal, that: is_won)
    metric gained   = win_rate - prior(win_rate, 1 year)
    ```
    """

    code: ClassVar = "L909"
    slug: ClassVar = "growth-of-a-share"
    severity: ClassVar[Severity] = Severity.HINT
    share: str
    distance: str
    beside: tuple[Span, ...] | None = ()  # percentages that it is compared with; None: something else is

    def with_beside(self, beside: tuple[Span, ...] | None) -> "GrowthOfAShare":
        """The same, beside percentages."""
        return GrowthOfAShare(share=self.share, distance=self.distance, beside=beside, span=self.span)

    def message(self) -> str:
        """What it is, in one sentence."""
        return f"this is the relative change of {self.share}, a share: from 20% to 25% it is 25%, and not 5 points"

    def fixes(self) -> tuple[Fix, ...]:
        """The difference, and what it is compared with in points too."""
        text = f"({self.share} - prior({self.share}, {self.distance}))"
        title = f"in points: `{text[1:-1]}`"
        if self.beside is None:
            return (Fix(f"{title}, where what it is compared with is in points too"),)
        if self.beside:
            title += ", and beside it a percentage as points: `(5% as points)`"
        edits = [] if self.span is None else [Edit(self.span, text)]
        for span in self.beside if edits else ():
            edits += [
                Edit(Span(span.file, span.start, span.start), "("),
                Edit(Span(span.file, span.end, span.end), " as points)"),
            ]
        return (Fix(title, tuple(edits)),)
