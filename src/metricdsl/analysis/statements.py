"""Invariants, events and scorecards: the metrics they name are there, and are reached by what they say of them."""

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.asked import asked_of, column
from metricdsl.analysis.directory import REPORTS, Declared
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import said
from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.world import Place, RowPlace, Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice
from metricdsl.diagnostics.problems.types import NotACondition
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes

EVENT_WORDS = (*WORDS, "status", "phase")
LINES = ("affects", "where", "control")
CLAUSES = ("metrics", "by", "where", "during", "compare")


def check_statements(analysis: Analysis) -> list[Problem]:
    """The problems of all invariants, events and scorecards; no two tests have one title."""
    found: list[Problem] = []
    titles: dict[tuple[object, ...], Declared] = {}
    directory = analysis.world.directory
    scorecards = (d for package in directory.spaces[REPORTS].values() for d in package.values())
    for declared in (*directory.unnamed, *directory.tests, *scorecards):
        work = Work(analysis.world, analysis.need)
        node = declared.node
        match node:
            case nodes.InvariantDecl():
                _invariant(analysis, work, declared, node)
                _once(work, titles, declared, "invariant", node.title)
            case nodes.EventDecl():
                _event(analysis, work, declared, node)
                _once(work, titles, declared, "event", node.name, node.start)
            case nodes.TestDecl():
                _once(work, titles, declared, "test", node.name)
            case nodes.ScorecardDecl():
                said(work, node.properties, declared.scope, (*WORDS, "status", *CLAUSES))
                asked_of(analysis, work, node.query, declared.scope)
            case _:
                continue
        found.extend(work.problems)
    return found


def _invariant(analysis: Analysis, work: Work, declared: Declared, node: nodes.InvariantDecl) -> None:
    """An invariant holds or does not in each group of its question."""
    said(work, node.properties, declared.scope, (*WORDS, "status"))
    query = nodes.Query(columns=(column(node.condition),), by=node.by, span=node.span)
    asked = asked_of(analysis, work, query, declared.scope)
    if asked is not None and asked.outputs[0].type.kind not in {Kind.BOOLEAN, Kind.UNKNOWN}:
        work.report(
            NotACondition(
                text="an invariant holds or does not, and this is a value",
                fix="compare it with something, as in `0% <= win_rate <= 100%`",
                span=node.condition.span,
            )
        )


def _event(analysis: Analysis, work: Work, declared: Declared, node: nodes.EventDecl) -> None:
    """An event ends after it begins; each condition is reached from all metrics that it affects."""
    said(work, node.properties, declared.scope, (*EVENT_WORDS, *LINES))
    if node.end is not None and node.end < node.start:
        work.report(
            ImpossiblePeriod(
                text="this event ends before it begins", fix="turn the two around", span=node.name_span
            )
        )
    for one in node.properties:
        if one.word == "phase" and not (len(one.values) == 1 and isinstance(one.values[0], nodes.Text)):
            text = "`phase` says what the time from this event on is called"
            fix = 'write it in quotes, as in `phase "new prices"`'
            work.report(IncompleteDeclaration(text=text, fix=fix, span=one.span))
    conditions = [condition for condition in (node.where, node.control) if condition is not None]
    if not node.affects:
        for condition in conditions:
            row_condition(work, condition, Place(declared.scope), RowPlace(None, bare=False))
        return
    columns = tuple(column(name) for name in node.affects)
    for where in (*conditions, *(() if conditions else (None,))):
        query = nodes.Query(columns=columns, where=where, span=node.span)
        asked_of(analysis, work, query, declared.scope)


def _once(
    work: Work,
    titles: dict[tuple[object, ...], Declared],
    declared: Declared,
    sort: str,
    title: str | None,
    *more: object,
) -> None:
    """No two of a package have one title (events: on one day)."""
    if title is None:
        return
    first = titles.setdefault((sort, declared.scope.package, title, *more), declared)
    if first is not declared:
        work.report(
            DeclaredTwice(
                name=f'"{title}"',
                sort=sort,
                first_sort=sort,
                first=first.node.name_span,
                span=declared.node.name_span,
            )
        )
