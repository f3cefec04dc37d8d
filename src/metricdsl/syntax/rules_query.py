"""The rules of queries."""

from typing import Any

from metricdsl.diagnostics.problems.syntax import RepeatedClause, UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.rules import Children, Part, all_of, one_line, plain_name
from metricdsl.syntax.rules_formula import FormulaRules

_MOST_ROWS = 10**12
CLAUSES = frozenset(
    {
        *("by", "where", "having", "during", "compare", "sort", "limit", "fill"),
        *("for", "each", "from", "affects", "control", "metrics"),
    }
)


class QueryRules(FormulaRules):
    """One method for each rule of a query, named like it in grammar.lark."""

    def query(self, children: Children) -> n.Query:
        selection: Part = children[0]
        said, first = self.clauses(children[1:])
        return n.Query(
            columns=all_of(selection.value, n.QueryColumn),
            values=all_of(selection.value, n.Grouping),
            span=self.span(children),
            places=first,
            **said,
        )

    def clauses(self, children: Children) -> tuple[dict[str, Any], dict[str, Span]]:
        """What each clause says and where it stands, by its word. Conditions are and-ed, others stand once."""
        said: dict[str, Any] = {}
        first: dict[str, Span] = {}
        for clause in all_of(children, Part):
            if clause.kind not in CLAUSES:
                continue
            if clause.kind == "where" and "where" in said:
                both = first["where"].to(clause.span)
                said["where"] = n.Binary(operator="and", left=said["where"], right=clause.value, span=both)
            elif clause.kind in said:
                self.problems.append(
                    RepeatedClause(span=clause.span, clause=clause.kind, first=first[clause.kind])
                )
            else:
                said[clause.kind] = clause.value
                first[clause.kind] = clause.span
        return said, first

    def selection(self, children: Children) -> Part:
        return self.part("selection", children, children)

    def query_column(self, children: Children) -> n.QueryColumn:
        value = children[-1]
        name = plain_name(children[0]) if len(children) == 3 else None
        return n.QueryColumn(value=value, text=self.as_written(value), name=name, span=self.span(children))

    def grouping(self, children: Children) -> n.Grouping:
        value = children[-1]
        name = plain_name(children[0]) if len(children) == 3 else None
        return n.Grouping(value=value, text=self.as_written(value), name=name, span=self.span(children))

    def as_written(self, node: n.Node) -> str:
        """A formula as it stands in the text, on one line; a plain name without its back-quotes."""
        return node.text if isinstance(node, n.Name) else one_line(self.read_from.slice(node.span))

    # ------------------------------------------------------------ clauses

    def by_clause(self, children: Children) -> Part:
        return self.part("by", all_of(children, n.Grouping), children)

    def where_clause(self, children: Children) -> Part:
        return self.part("where", children[1], children)

    def having_clause(self, children: Children) -> Part:
        return self.part("having", children[1], children)

    def during_clause(self, children: Children) -> Part:
        return self.part("during", children[1], children)

    def relative(self, children: Children) -> n.During:
        amount: str | n.DurationLiteral = plain_name(children[1])
        if children[1].type == "DURATION":
            amount = self.duration(children[1:])
        return n.During(relative=str(children[0]), span_of=amount, span=self.span(children))

    def range_of_periods(self, children: Children) -> n.During:
        end = children[2] if len(children) == 3 else None
        return n.During(start=children[0], end=end, open_end=len(children) == 2, span=self.span(children))

    def compare_clause(self, children: Children) -> Part:
        return self.part("compare", all_of(children, n.CompareItem), children)

    def compare_item(self, children: Children) -> n.CompareItem:
        value = plain_name(children[-1]) if isinstance(children[-1], str) else children[-1]
        kind = "prior" if len(children) == 2 else "name" if isinstance(value, str) else "period"
        return n.CompareItem(kind=kind, value=value, span=self.span(children))

    def sort_clause(self, children: Children) -> Part:
        return self.part("sort", all_of(children, n.SortKey), children)

    def sort_key(self, children: Children) -> n.SortKey:
        return n.SortKey(name=children[0], descending=children[-1] == "desc", span=self.span(children))

    def limit_clause(self, children: Children) -> Part:
        written = str(children[1])
        if "." in written or len(written) > 12:
            self.problems.append(
                UnexpectedText(
                    span=self.place(children[1]),
                    sentence=f"`limit` takes a whole number of rows below {_MOST_ROWS:,}.",
                    mark="a whole number",
                )
            )
            return self.part("limit", 0, children)
        return self.part("limit", int(written), children)

    def fill_clause(self, children: Children) -> Part:
        return self.part("fill", True, children)
