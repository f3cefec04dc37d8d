"""Definitions and queries read and resolved, for tests of analysis."""

from datetime import date

from attrs import evolve

from metricdsl import analysis
from metricdsl.builtins.hooks import metricdsl_aggregations, metricdsl_functions
from metricdsl.diagnostics import Severity
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings
from metricdsl.registry import Registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query

REGISTRY = Registry(
    functions={f.name: f for f in metricdsl_functions()},
    aggregations={a.name: a for a in metricdsl_aggregations()},
)
TODAY = date(2026, 6, 30)
CONTEXT = Context(today=TODAY)


def resolve(*texts, catalog=None, settings=None):
    """The outcome for some files, named `0.metric`, `1.metric`, …; syntax must be right."""
    documents = []
    for at, text in enumerate(texts):
        outcome = read(SourceFile.of(f"{at}.metric", text))
        assert not outcome.problems, [(p.code, p.message()) for p in outcome.problems]
        documents.append(outcome.value)
    return analysis.resolve(documents, REGISTRY, catalog, settings or Settings())


def ask(outcome, query, package="", context=CONTEXT, principal=None):
    """The outcome for a query asked of resolved definitions."""
    if principal is not None:
        context = evolve(context, principal=principal)
    read_ = read_query(SourceFile.of("query", query))
    assert not read_.problems, [(p.code, p.message()) for p in read_.problems]
    return analysis.resolve_request(outcome.value, read_.value, package, context)


def told(problems, *texts, errors_only=True):
    """(code, text at the place) of each problem."""
    files = {f"{at}.metric": text for at, text in enumerate(texts[:-1])} | {"query": texts[-1]}
    return [
        (p.code, "" if p.span is None else files[p.span.file][p.span.start : p.span.end])
        for p in problems
        if p.severity is Severity.ERROR or not errors_only
    ]
