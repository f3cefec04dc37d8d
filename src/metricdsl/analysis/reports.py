"""Queries kept in files: reports and the expectations of tests, checked with everything else."""

from datetime import date

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.calendar_names import as_written
from metricdsl.analysis.directory import REPORTS, Declared
from metricdsl.analysis.given import resolve_test
from metricdsl.analysis.properties import said
from metricdsl.analysis.requests import resolve_request
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.model.request import Context
from metricdsl.syntax import nodes
from metricdsl.syntax.format_queries import format_query

SOME_DAY = date(2026, 1, 1)
"""The day that reports are checked for where the project fixes none: which day it is changes no problem."""


def context_of(analysis: Analysis, today: date | None = None) -> Context:
    """A context with the project's settings."""
    settings = analysis.world.settings
    return Context(
        today=today or settings.today or SOME_DAY,
        timezone=settings.timezone,
        week_start=settings.week_start,
        currency=settings.currency,
    )


def question_of(declared: Declared) -> str:
    """The question that a report or a scorecard keeps, as it is asked; nothing of one that is declared twice or shows nothing."""
    match declared.node:
        case nodes.ReportDecl(query=query) if declared.repeated is None:
            return declared.text(query.span)
        case nodes.ScorecardDecl(query=query) if declared.repeated is None and query.columns:
            return format_query(as_written(query))
        case _:
            return ""


def check_reports(analysis: Analysis) -> list[Problem]:
    """The problems of all reports."""
    found: list[Problem] = []
    context = context_of(analysis)
    for package in analysis.world.directory.spaces[REPORTS].values():
        for declared in package.values():
            if isinstance(declared.node, nodes.ReportDecl):
                query = declared.node.query
                work = Work(analysis.world, analysis.need)
                said(work, declared.node.properties, declared.scope)
                found.extend(work.problems)
                outcome = resolve_request(analysis, query, "", context, declared.scope, asked=False)
                found.extend(outcome.problems)
    return found


def check_tests(analysis: Analysis) -> list[Problem]:
    """The problems of all tests, as far as they are wrong before they are run."""
    found: list[Problem] = []
    for declared in analysis.world.directory.tests:
        if isinstance(declared.node, nodes.TestDecl):
            found.extend(resolve_test(analysis, declared.node, declared.scope, asked=False).problems)
    return found
