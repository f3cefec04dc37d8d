"""The rules of goals, baselines, objectives, invariants, events and scorecards."""

from typing import Any

from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.syntax import nodes as n
from metricdsl.syntax.rules import Children, Part, all_of, plain_text
from metricdsl.syntax.rules_member import MemberRules
from metricdsl.syntax.rules_query import QueryRules


class GoalRules(QueryRules, MemberRules):
    """One method for each rule of these declarations, named like it in grammar.lark."""

    def title(self, children: Children) -> Part:
        return self.part("title", plain_text(children[0]), children[:1])

    def titled(self, children: Children) -> dict[str, Any]:
        """Title and places of a declaration that needs no name: without a title it is pointed at by its formula."""
        title = next((c for c in all_of(children, Part) if c.kind == "title"), None)
        return {
            "name": title.value if title else "",
            "title": title.value if title else None,
            "name_span": title.span if title else self.place(children[1]),
            "span": self.span(children),
        }

    # ------------------------------------------------------------ goals

    def goal(self, children: Children) -> n.GoalDecl:
        block: Part | None = next((c for c in all_of(children, Part) if c.kind == "goal block"), None)
        said, _ = self.clauses([*children, *(block.value if block else ())])
        return n.GoalDecl(
            **self.titled(children),
            target=children[2 if isinstance(children[1], Part) else 1],
            during=said.get("for"),
            where=said.get("where"),
            each=said.get("each", ()),
            start=said.get("from"),
            properties=all_of(block.value, n.Property) if block else (),
        )

    def for_clause(self, children: Children) -> Part:
        return self.part("for", children[1], children)

    def each_clause(self, children: Children) -> Part:
        return self.part("each", all_of(children, n.Name), children)

    def goal_block(self, children: Children) -> Part:
        return self.part("goal block", children, children)

    def goal_start(self, children: Children) -> Part:
        start = n.GoalStart(value=children[1], on=self.day(children[3]), span=self.span(children))
        return self.part("from", start, children)

    def baseline(self, children: Children) -> n.BaselineDecl:
        metric: n.Name = children[1]
        return n.BaselineDecl(
            name=metric.text,
            name_span=self.place(metric),
            span=self.span(children),
            metric=metric,
            formula=children[3],
            properties=self.properties(children),
        )

    def objective(self, children: Children) -> n.ObjectiveDecl:
        return n.ObjectiveDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            properties=self.properties(children),
        )

    def invariant(self, children: Children) -> n.InvariantDecl:
        return n.InvariantDecl(
            **self.titled(children),
            condition=children[2 if isinstance(children[1], Part) else 1],
            by=self.value_of(children, "by") or (),
            properties=self.properties(children),
        )

    # ------------------------------------------------------------ events

    def event(self, children: Children) -> n.EventDecl:
        block: Part | None = next((c for c in all_of(children, Part) if c.kind == "event block"), None)
        said, places = self.clauses(block.value if block else [])
        return n.EventDecl(
            name=plain_text(children[1]),
            name_span=self.place(children[1]),
            span=self.span(children),
            start=self.value_of(children, "on"),
            end=self.value_of(children, "until"),
            affects=said.get("affects", ()),
            where=said.get("where"),
            control=said.get("control"),
            properties=all_of(block.value, n.Property) if block else (),
            places=places,
        )

    def until(self, children: Children) -> Part:
        return self.part("until", self.day(children[1]), children)

    def event_block(self, children: Children) -> Part:
        return self.part("event block", children, children)

    def affects_clause(self, children: Children) -> Part:
        return self.part("affects", all_of(children, n.Name), children)

    def control_clause(self, children: Children) -> Part:
        return self.part("control", children[1], children)

    # ------------------------------------------------------------ scorecards

    def scorecard(self, children: Children) -> n.ScorecardDecl:
        said, places = self.clauses(children)
        columns = said.pop("metrics", ())
        if not columns:
            self.problems.append(
                UnexpectedText(
                    span=self.place(children[1]),
                    sentence="A scorecard names what it shows: `metrics revenue, orders`.",
                    mark="no `metrics` in its braces",
                )
            )
        return n.ScorecardDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            query=n.Query(columns=columns, span=self.span(children), places=places, **said),
            properties=all_of(children, n.Property),
        )

    def metrics_clause(self, children: Children) -> Part:
        return self.part("metrics", all_of(children, n.QueryColumn), children)
