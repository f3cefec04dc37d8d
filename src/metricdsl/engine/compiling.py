"""Definitions and a query, both as text, to SQL: no project, no connection."""

from datetime import date

from attrs import frozen

from metricdsl.diagnostics import Problem
from metricdsl.engine.answering import Answering, is_wrong, written_query
from metricdsl.engine.reading import read_text
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings
from metricdsl.spi.values import ResultColumn

DEFINITIONS = "definitions"


@frozen(kw_only=True)
class Compiled:
    """The SQL of a query and its columns; `sql` is None where something is wrong, and `problems` say what."""

    sql: str | None
    columns: tuple[ResultColumn, ...] = ()
    problems: tuple[Problem, ...] = ()


def compile_text(
    text: str,
    query: str,
    dialect: str = "duckdb",
    *,
    today: date | None = None,
    settings: Settings | None = None,
) -> Compiled:
    """The SQL of a query over definitions. `today` is needed by queries that speak of it ("last 12 months")."""
    from metricdsl.analysis import resolve
    from metricdsl.plugins import builtin_registry

    settings = settings or Settings()
    registry = builtin_registry()
    document = read_text(DEFINITIONS, text)
    analysis = resolve([document.value], registry, None, settings)
    context = Context(
        today=today or settings.today or date(2026, 1, 1),
        timezone=settings.timezone,
        week_start=settings.week_start,
        currency=settings.currency,
    )
    answering = Answering(lambda _: analysis.value, registry)
    bound = answering.bind(written_query(query, analysis.value.model.reports), context, None)
    problems = tuple(dict.fromkeys((*document.problems, *analysis.problems, *bound.problems)))
    if bound.request is None or is_wrong(bound.problems):
        return Compiled(sql=None, problems=problems)
    outcome = answering.compile(bound, dialect, guards=False, catalog=None)
    problems = (*problems, *outcome.problems)
    if outcome.value is None:
        return Compiled(sql=None, problems=problems)
    return Compiled(sql=outcome.value.sql, columns=outcome.value.columns, problems=problems)
