"""What a declaration says of metrics, checked as the question that it would be asked by."""

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import Scope
from metricdsl.analysis.reports import context_of
from metricdsl.analysis.requests import resolve_request
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.period_hints import PartialPeriods
from metricdsl.model.request import Request
from metricdsl.syntax import nodes


def asked_of(analysis: Analysis, work: Work, query: nodes.Query, scope: Scope) -> Request | None:
    """The question that a query asks; its problems are those of the declaration."""
    outcome = resolve_request(analysis, query, "", context_of(analysis), scope, asked=False)
    for problem in outcome.problems:
        if not isinstance(problem, PartialPeriods):  # what is complete today is told when it is asked
            work.report(problem)
    return outcome.value if isinstance(outcome.value, Request) else None


def column(formula: nodes.Expr) -> nodes.QueryColumn:
    """A column of a question, with its formula."""
    text = formula.text if isinstance(formula, nodes.Name) else "value"
    return nodes.QueryColumn(value=formula, text=text, span=formula.span)
