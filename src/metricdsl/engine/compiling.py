"""Definitions and a query, both as text, to SQL: no project, no connection."""

from collections.abc import Mapping
from datetime import date

from attrs import evolve

from metricdsl.diagnostics import Problem
from metricdsl.engine.answering import Answering, is_wrong, report_named, written_query
from metricdsl.engine.given_values import written_values
from metricdsl.engine.reading import read_text
from metricdsl.engine.setting_of import setting_of
from metricdsl.model.settings import Settings
from metricdsl.spi.values import Encoding, ResultColumn
from metricdsl.value import frozen

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
    principal: Mapping[str, object] | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Compiled:
    """The SQL of a query over definitions. `today` is the day that queries speak of ("last 12 months"): given, the settings' or the
    clock's; `principal` (what is known of the one who asks) is for policies; `parameters` are values for parameters, in place of their defaults.
    """
    from metricdsl.analysis import resolve
    from metricdsl.plugins import builtin_registry

    settings = settings or Settings()
    registry = builtin_registry()
    document = read_text(DEFINITIONS, text)
    analysis = resolve([document.value], registry, None, settings, document.problems)
    given = written_values(parameters or {})
    context = setting_of(settings, today, principal, parameters)
    with_given = (
        resolve([document.value], registry, None, evolve(settings, parameters=given), document.problems)
        if given
        else analysis
    )
    answering = Answering(lambda _, some: (with_given if some else analysis).value, registry)
    reports = analysis.value.model.reports
    asked = answering.spelled_out(query, reports)
    bound = answering.bind(written_query(asked, reports), context, None, report_named(asked, reports))
    problems = tuple(dict.fromkeys((*document.problems, *analysis.problems, *bound.problems)))
    if bound.request is None or is_wrong(bound.problems):
        return Compiled(sql=None, problems=problems)
    outcome = answering.compile(bound, dialect, guards=False, catalog=None)
    problems = (*problems, *outcome.problems)
    if outcome.value is None:
        return Compiled(sql=None, problems=problems)
    columns = tuple(
        evolve(column, encoding=Encoding.PLAIN) if column.encoding is Encoding.SCALED else column
        for column in outcome.value.columns
    )
    return Compiled(sql=outcome.value.sql, columns=columns, problems=problems)
