"""Entities that do not reach one another, or in two ways (G403, G404, G412)."""

from collections.abc import Iterable
from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import listed, near_fixes
from metricdsl.source import Span


class Unreachable(Problem):
    """A dimension or filter to which no join leads.

    ## Why
    Without a join, every ticket would be paired with every lead: of 3 tickets and 2 leads by ad there would be
    6 tickets by ad, or, with the filter left out, 3 whatever is asked for.

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
    near: tuple[str, ...] = ()  # what is called so and can be reached
    alone: bool = True  # whether no other home has to reach it too
    below: str = ""  # an entity whose rows lead to both

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

    def fixes(self) -> tuple[Fix, ...]:
        """Declare what is missing, or do without."""
        asked = f"ask for {self.metric} apart, " if self.metric else "leave it out, "
        declared = f"declare how a row of {self.home} finds its row there: `join … on …`"
        reached = near_fixes(self.near, self.span if self.alone else None)
        if self.below:  # more of its rows may lead to one of the home: a join there would be none
            declared = f"aggregate from {self.below}, whose rows lead to {self.home} and to {self.name.split('.')[0]}"
            return (Fix(declared), *reached, Fix(f"or {asked}or choose by what it reaches"))
        return (Fix(declared), *reached, Fix(f"or {asked}or choose by what it reaches"))

    def with_near(self, near: Iterable[str]) -> "Unreachable":
        """The same, with what else may be meant."""
        return Unreachable(
            name=self.name,
            home=self.home,
            nearest=self.nearest,
            metric=self.metric,
            near=tuple(near),
            alone=self.alone,
            below=self.below,
            span=self.span,
        )


class TiedPaths(Problem):
    """Several equally short join paths to one name.

    ## Why
    The owner's team and the creator's team are different teams. Of a deal of 100 USD that Ann of the EU team
    owns and Bo of the US team made, the EU team has 100 USD by the one reading and nothing by the other; both
    look right.

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
    paths: tuple[str, ...] = ()
    rest: str = ""  # what stands behind the name that several paths lead to
    back: str = ""  # the join, named by `via` and again by the name, from rows of the home to others of it
    behind: Span | None = (
        None  # where the name is that of what is counted: the place behind the formula, for `via`
    )

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.back:
            return f"{self.name} beside `via {self.back}` is of the {self.home} itself, or of the one that {self.back} leads to"
        return f"from {self.home}, {self.name} can be reached by {listed(self.paths, 'and')}"

    def fixes(self) -> tuple[Fix, ...]:
        """Each path by name, or by `via`."""
        if self.back:
            whole_name = f"{self.home}.{self.name}"
            edits = () if self.span is None else (Edit(self.span, whole_name),)
            own = Fix(f"for those of the row itself leave `via {self.back}` out")
            return (Fix(f"of the one that {self.back} leads to it is `{whole_name}`", edits), own)
        if self.behind is not None:
            ways = [self._apart(path) for path in self.paths]
            return tuple(
                Fix(f"name the path: via {way}", (Edit(self.behind, f" via {way}"),)) for way in ways
            )
        whole = [f"{path}.{self.rest}" if self.rest else path for path in self.paths]
        named = tuple(
            Fix(f"name the path: {path}", () if self.span is None else (Edit(self.span, path),))
            for path in whole
        )
        return (*named, Fix("or mark one of the joins `default`, or say `via` and its name"))

    def _apart(self, path: str) -> str:
        """The join by which a path differs from the others."""
        others = {join for other in self.paths if other != path for join in other.split(".")}
        joins = path.split(".")
        return next((join for join in joins if join not in others), joins[-1])


class DifferentEnds(Problem):
    """A name that leads to different things from different metrics.

    ## Why
    Deals by their owner beside tickets by theirs: put in one column, rep 7 with 3 deals would stand beside
    agent 7 with 20 tickets, as if one person had both.

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
