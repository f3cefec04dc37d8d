"""G4: entities that do not reach one another, rows counted twice, times and grains that are not there."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import a, listed


def plural(noun: str) -> str:
    """The noun, many of it: orders, companies."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


class FanOut(Problem):
    """A dimension or filter of a child, asked of its parent.

    ## Why
    An order of three items would be counted for each of them: 1 order by product becomes 3.

    ## Example
    ```metric
    entity order from orders { key order_id }
    entity order_item from order_items { key item_id  join order on order_id  dimension product : text }
    metric pens = count(order where order_item.product = "pen")
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    entity order_item from order_items { key item_id  join order on order_id  dimension product : text }
    metric pens = count(distinct order_item.order where product = "pen")
    ```
    """

    code: ClassVar = "G401"
    slug: ClassVar = "fan-out"
    name: str
    parent: str
    child: str
    metric: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        asked = f" ({self.metric})" if self.metric else ""
        return f"one {self.parent} has many {plural(self.child)}: {self.name} has no single value for {a(self.parent)}{asked}"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return f"Followed anyway, it would count {a(self.parent)} once for each of its {plural(self.child)}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix(f"aggregate from {self.child}"),
            Fix(f"count distinct {plural(self.parent)}: count(distinct {self.child}.{self.parent})"),
        )


class Unreachable(Problem):
    """A dimension or filter to which no join leads.

    ## Why
    Without a join, every ticket would be paired with every lead.

    ## Example
    ```metric
    entity lead from leads { key lead_id  dimension source : text }
    entity ticket from tickets { key ticket_id }
    metric tickets = count(ticket where lead.source = "web")
    ```

    ## Instead
    ```metric
    entity lead from leads { key lead_id  dimension source : text }
    entity ticket from tickets { key ticket_id  join lead on lead_id }
    metric tickets = count(ticket where lead.source = "web")
    ```
    """

    code: ClassVar = "G403"
    slug: ClassVar = "unreachable"
    name: str
    home: str
    nearest: tuple[str, ...] = ()
    metric: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        asked = f" ({self.metric})" if self.metric else ""
        return f"no many-to-one path leads from {self.home}{asked} to {self.name}"

    def reason(self) -> str:
        """What can be reached."""
        return (
            f"From {self.home} one reaches {listed(self.nearest, 'and')}."
            if self.nearest
            else f"{self.home} has no joins."
        )


class TiedPaths(Problem):
    """Several equally short join paths to one name.

    ## Why
    The owner's team and the creator's team are different teams; either choice gives a plausible number.

    ## Example
    ```metric
    entity rep from reps { key rep_id  dimension team : text }
    entity deal from deals { key deal_id  join owner: rep on owner_id  join creator: rep on creator_id }
    metric east = count(deal where rep.team = "East")
    ```

    ## Instead
    ```metric
    entity rep from reps { key rep_id  dimension team : text }
    entity deal from deals { key deal_id  join owner: rep on owner_id  join creator: rep on creator_id }
    metric east = count(deal where owner.team = "East")
    ```
    """

    code: ClassVar = "G404"
    slug: ClassVar = "tied-paths"
    name: str
    home: str
    paths: tuple[str, ...]

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"from {self.home}, {self.name} can be reached by {listed(self.paths, 'and')}"

    def fixes(self) -> tuple[Fix, ...]:
        """Each path by name."""
        named = tuple(Fix(f"name the path: {path}…") for path in self.paths)
        return (*named, Fix("or mark one of the joins `default`, or say `via` and its name"))


class ParentsFactFromChild(Problem):
    """A parent's fact, added up or averaged from the child.

    ## Why
    An order with shipping 10 and three items has 30 in `sum(order_item.order.shipping)`.

    ## Example
    ```metric
    entity order from orders { key order_id  fact shipping : money(USD) }
    entity order_item from order_items { key item_id  join order on order_id }
    metric shipping = sum(order_item.order.shipping)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact shipping : money(USD) }
    entity order_item from order_items { key item_id  join order on order_id }
    metric shipping = sum(order.shipping)
    ```
    """

    code: ClassVar = "G405"
    slug: ClassVar = "parents-fact-from-child"
    function: str
    home: str
    parent: str
    text: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.function} would take {self.text} once for each {self.home}, and one {self.parent} has many {plural(self.home)}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"aggregate it from {self.parent}, without conditions on {self.home}"),)


class NoTime(Problem):
    """A period, asked of something without a time.

    ## Why
    Of two dates either could be meant; of none, each month would show the total of all.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_at : date  time shipped_at : date }
    metric orders = count(order)
    report monthly = orders by month
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date default  time shipped_at : date }
    metric orders = count(order)
    report monthly = orders by month
    ```
    """

    code: ClassVar = "G406"
    slug: ClassVar = "no-time"
    asked: str
    metric: str
    home: str
    times: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        why = "has several times and none is the default" if self.times else "has no time"
        return f"{self.asked} needs a time, but {self.home} ({self.metric}) {why}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if not self.times:
            return (Fix(f"declare a `time` in {self.home}, or say `at` and a date that it reaches"),)
        return (
            *(Fix(f"say ({self.metric} at {time})") for time in self.times),
            Fix("or mark one of them `default`"),
        )


class ColumnOutsideAggregate(Problem):
    """A column where a value of many rows is needed.

    ## Why
    A group has many amounts; to take "the" amount would be to take a random one.

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

    def message(self) -> str:
        """What is wrong, in one sentence."""
        needs = "`having` chooses by metrics" if self.chosen else "a metric needs one for all of them"
        return f"{self.name} has a value for each row; {needs}"

    def fixes(self) -> tuple[Fix, ...]:
        """The aggregate that is likely meant."""
        written = f"{self.suggestion}({self.name})"
        edits = () if self.span is None else (Edit(self.span, written),)
        fixes = (Fix(f"say {written}", edits),)
        return (
            (Fix("choose rows by their columns with `where`, in front of `having`"), *fixes)
            if self.chosen
            else fixes
        )


class NoSingleHome(Problem):
    """An aggregate whose rows cannot be told.

    ## Why
    Orders times tickets pairs each order with each ticket: the sum grows with both.

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

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.entities:
            return "no entity is named here, so it is not known whose rows are meant"
        return f"none of {listed(self.entities, 'and')} reaches the others, so it is not known whose rows are meant"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.entities:
            return (Fix("aggregate each apart, then calculate with the results"),)
        return tuple(Fix(f"say {name}") for name in self.suggestions)


class GrainTooFine(Problem):
    """A grain finer than the time is known.

    ## Why
    A budget by month, shown by day, stands on the first of each month and nowhere else.

    ## Example
    ```metric
    entity budget from budgets { key budget_id  time starts : month  fact amount : money(USD) }
    metric planned = sum(budget.amount)
    report daily = planned by day
    ```

    ## Instead
    ```metric
    entity budget from budgets { key budget_id  time starts : month  fact amount : money(USD) }
    metric planned = sum(budget.amount)
    report monthly = planned by month
    ```
    """

    code: ClassVar = "G409"
    slug: ClassVar = "grain-too-fine"
    asked: str = ""
    time: str = ""
    grain: str = ""
    metric: str = ""
    text: str = ""  # the whole sentence, where a function found it

    def message(self) -> str:
        """What is wrong, in one sentence."""
        asked = f" ({self.metric})" if self.metric else ""
        return self.text or f"{self.time}{asked} is known by {self.grain} only, not by {self.asked}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"ask by {self.grain}"),) if self.grain else ()


class MetricInsideAggregate(Problem):
    """An aggregate of an aggregate.

    ## Why
    The mean of the orders' averages is not the average of the items; which members are meant must be said.

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


class NoKey(Problem):
    """An entity without a key, joined to or used as a dimension.

    ## Why
    Without a key a joined row may repeat, and with it every order that leads there.

    ## Example
    ```metric
    entity rate from rates { dimension name : text }
    entity order from orders { key order_id  join rate on rate_id }
    ```

    ## Instead
    ```metric
    entity rate from rates { key rate_id  dimension name : text }
    entity order from orders { key order_id  join rate on rate_id }
    ```
    """

    code: ClassVar = "G411"
    slug: ClassVar = "no-key"
    entity: str
    use: str
    text: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text or f"{self.entity} has no key, so it cannot be {self.use}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return () if self.text else (Fix(f"declare the `key` of {self.entity}"),)


class DifferentEnds(Problem):
    """A name that leads to different things from different metrics.

    ## Why
    Deals by their owner beside tickets by theirs: put in one column, a rep's deals would stand beside an agent's tickets.

    ## Example
    ```metric
    entity rep from reps { key rep_id }
    entity agent from agents { key agent_id }
    entity deal from deals { key deal_id  join owner: rep on owner_id }
    entity ticket from tickets { key ticket_id  join owner: agent on owner_id }
    metric deals = count(deal)
    metric tickets = count(ticket)
    report both = deals, tickets by owner
    ```

    ## Instead
    ```metric
    entity rep from reps { key rep_id }
    entity deal from deals { key deal_id  join owner: rep on owner_id }
    entity ticket from tickets { key ticket_id  join owner: rep on owner_id }
    metric deals = count(deal)
    metric tickets = count(ticket)
    report both = deals, tickets by owner
    ```
    """

    code: ClassVar = "G412"
    slug: ClassVar = "different-ends"
    name: str
    ends: tuple[tuple[str, str], ...]  # home, end

    def message(self) -> str:
        """What is wrong, in one sentence."""
        told = tuple(f"{end} from {home}" for home, end in self.ends)
        return f"{self.name} is {listed(told, 'and')}"
