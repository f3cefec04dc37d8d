"""The rules of declarations: what the parser calls; formulas, queries and members are inherited."""

from typing import Any

from metricdsl.syntax import nodes as n
from metricdsl.syntax.rules import Children, Part, all_of, formulas, plain_name, plain_text
from metricdsl.syntax.rules_goals import GoalRules
from metricdsl.syntax.rules_settings import SettingRules


class Builder(GoalRules, SettingRules):
    """All rules of grammar.lark."""

    def package(self, children: Children) -> n.PackageDecl:
        name: n.Name = children[1]
        return n.PackageDecl(name=name.text, name_span=name.span, span=self.span(children))

    def use(self, children: Children) -> n.UseDecl:
        name: n.Name = children[1]
        alias = plain_name(children[3]) if len(children) == 4 else None
        return n.UseDecl(name=name.text, name_span=name.span, alias=alias, span=self.span(children))

    def origin(self, children: Children) -> Part:
        only = children[0]
        return self.part("origin", plain_text(only) if isinstance(only, str) else only.text, children)

    def from_origin(self, children: Children) -> Part:
        return self.part("from", children[1], children)

    def source(self, children: Children) -> n.SourceDecl:
        origin: Part = children[3]
        return n.SourceDecl(
            **self.headed(children),
            table=origin.value,
            table_span=origin.span,
            where=tuple(scope.condition for scope in all_of(children, n.RowScope)),
            mappings=all_of(children, n.Mapping),
        )

    def mapping(self, children: Children) -> n.Mapping:
        word: Part = children[0]
        return n.Mapping(name=word.value, name_span=word.span, value=children[2], span=self.span(children))

    def entity(self, children: Children) -> n.EntityDecl:
        origin: Part | None = self.value_of(children, "from")
        return n.EntityDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            source=origin.value if origin else None,
            source_span=origin.span if origin else None,
            members=formulas(children),
        )

    def metric(self, children: Children) -> n.MetricDecl:
        return n.MetricDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            type=next(iter(all_of(children, n.TypeWritten)), None),
            formula=self.behind(children, "="),
            properties=self.properties(children),
        )

    def define(self, children: Children) -> n.DefineDecl:
        return n.DefineDecl(
            **self.headed(children),
            parameters=all_of(children, n.Parameter),
            formula=self.behind(children, "="),
            properties=self.properties(children),
        )

    def parameter(self, children: Children) -> n.Parameter:
        return n.Parameter(
            name=plain_name(children[0]),
            type=next(iter(all_of(children, n.TypeWritten)), None),
            default=self.value_of(children, "value"),
            span=self.span(children),
        )

    def segment(self, children: Children) -> n.SegmentDecl:
        return n.SegmentDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            condition=self.behind(children, "="),
            properties=self.properties(children),
        )

    def report(self, children: Children) -> n.ReportDecl:
        return n.ReportDecl(
            **self.headed(children),
            label=self.value_of(children, "label"),
            query=self.behind(children, "="),
            properties=self.properties(children),
        )

    def facet(self, children: Children) -> n.FacetDecl:
        choices = all_of(children, Part)
        values, places = tuple(c.value for c in choices), tuple(c.span for c in choices)
        return n.FacetDecl(**self.headed(children), values=values, places=places)

    def choice(self, children: Children) -> Part:
        token = children[0]
        return self.part(
            "choice", plain_text(token) if token.startswith('"') else plain_name(token), children
        )

    def require(self, children: Children) -> n.RequireDecl:
        return n.RequireDecl(
            name_span=self.place(children[0]), words=all_of(children, n.Borne), span=self.span(children)
        )

    def borne(self, children: Children) -> n.Borne:
        only = children[0]
        return n.Borne(
            word=only.value if isinstance(only, Part) else plain_name(only), span=self.span(children)
        )

    def borne_text(self, children: Children) -> n.Borne:
        language = self.value_of(children, "language")
        return n.Borne(word=str(children[0]), language=language, span=self.span(children))

    # ------------------------------------------------------------ tests

    def test(self, children: Children) -> n.TestDecl:
        return n.TestDecl(
            name=plain_text(children[1]),
            name_span=self.place(children[1]),
            on=self.value_of(children, "on"),
            given=all_of(children, n.Given),
            expects=all_of(children, n.Expect),
            span=self.span(children),
        )

    def on_day(self, children: Children) -> Part:
        return self.part("on", self.day(children[1]), children)

    def given(self, children: Children) -> n.Given:
        return n.Given(entity=children[1], **self.table(children))

    def expect(self, children: Children) -> n.Expect:
        return n.Expect(query=children[1], **self.table(children))

    def table(self, children: Children) -> dict[str, Any]:
        """The columns and rows in braces."""
        return {
            "columns": self.value_of(children, "header"),
            "rows": tuple(c.value for c in all_of(children, Part) if c.kind == "row"),
            "places": tuple(c.span for c in all_of(children, Part) if c.kind == "row"),
            "span": self.span(children),
        }

    def header(self, children: Children) -> Part:
        return self.part("header", all_of(children, n.Name), children)

    def row(self, children: Children) -> Part:
        return self.part("row", formulas(children), children)
