"""`metric query`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from metricdsl.cli.completion import complete_names
from metricdsl.cli.formats import Format, renderer_of, write_rendered
from metricdsl.cli.options import Session, parameter_option, session_options
from metricdsl.cli.strict_plugins import is_fault, strict_option, strictly

if TYPE_CHECKING:
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.execution.accounting import Accounting
    from metricdsl.execution.result import Result
    from metricdsl.plugins.entries import Entry
    from metricdsl.spi.values import ResultColumn, Row

TABLE_ROWS = 1000


@click.command("query")
@click.argument("question", shell_complete=complete_names)
@click.option("--format", "form", type=Format(), default="table")
@click.option("--out", type=click.Path(path_type=Path), help="Write the result to this file.")
@click.option("--sql", "only_sql", is_flag=True, help="Print the SQL and do not run it.")
@click.option("--exact", is_flag=True, help="In JSON, write numbers as texts with all their digits.")
@click.option(
    "--accounting", "accounts", is_flag=True, help="Say what became of all rows, in a table or in JSON."
)
@click.option("--connection", default="default", help="The connection to ask.", show_default=True)
@click.option("--deadline", type=click.FloatRange(0, min_open=True), help="Stop after this many seconds.")
@parameter_option
@strict_option
@session_options
def command(
    session: Session,
    question: str,
    form: str,
    out: Path | None,
    only_sql: bool,
    exact: bool,
    accounts: bool,
    connection: str,
    deadline: float | None,
    parameters: dict[str, str],
    strict: bool,
) -> None:
    """Ask QUESTION, in the words of the language, such as: win_rate by month during last 12 months."""
    from metricdsl.cli.interrupting import cancelling
    from metricdsl.cli.problems import COULD_NOT, show, status
    from metricdsl.cli.surroundings import open_project
    from metricdsl.engine.errors import QueryError

    if accounts and form not in {"table", "json"}:
        raise click.UsageError(f"--accounting has no place in {form}: ask for a table or for json.")
    if form == "parquet" and out is None:
        raise click.UsageError("Parquet is not text: name a file with --out FILE.")
    project = open_project(session)
    faults = [problem for problem in project.problems if is_fault(problem)] if strict else []
    if faults:
        show(strictly(faults), project.sources, session)
        raise click.exceptions.Exit(COULD_NOT)
    renderer = renderer_of(session, form, dict(project.plugin_versions), out)
    bound = project.query(question, connection=connection, parameters=parameters)
    show(bound.problems, bound.sources, session, hints=not session.quiet)
    if bound.failed:
        raise click.exceptions.Exit(status(bound.problems))
    if only_sql:
        click.echo(bound.sql())
        return
    try:
        with cancelling(bound.cancel):
            _answer(session, bound, renderer or form, out, exact=exact, accounts=accounts, deadline=deadline)
    except QueryError as error:
        show(error.problems, bound.sources, session)
        raise click.exceptions.Exit(status(error.problems)) from None


def _answer(
    session: Session,
    bound: "BoundQuery",
    form: "str | Entry",
    out: Path | None,
    *,
    exact: bool,
    accounts: bool,
    deadline: float | None,
) -> None:
    from metricdsl.cli.problems import show
    from metricdsl.cli.progress import waiting
    from metricdsl.cli.whole_file import written_whole

    with waiting(session, "asking"):
        accounted = bound.accounting(deadline=deadline) if accounts else None
        shown = form == "table"
        result = bound.run(deadline=deadline, limit_rows=TABLE_ROWS + 1 if shown else None, lean=not shown)
    told = set(bound.problems)
    show([p for p in result.problems if p not in told], bound.sources, session, hints=not session.quiet)
    if not isinstance(form, str):
        write_rendered(form, bound, result, out)
        return
    if out is None:
        _write(sys.stdout, bound, result, form, exact=exact, accounted=accounted)
        return
    with written_whole(out) as path:
        if form == "parquet":
            result.write_parquet(path)
            return
        with path.open("w", encoding="utf-8", newline="") as stream:
            _write(stream, bound, result, form, exact=exact, accounted=accounted)


def _write(
    stream: TextIO,
    bound: "BoundQuery",
    result: "Result",
    form: str,
    *,
    exact: bool,
    accounted: "Accounting | None",
) -> None:
    from metricdsl.cli import export
    from metricdsl.cli.accounted import lines
    from metricdsl.diagnostics.report import as_json

    match form:
        case "csv":
            export.write_csv(stream, result.columns, result)
        case "jsonl":
            export.write_jsonl(stream, result.columns, result, exact=exact)
        case "json":
            said = as_json(bound.problems, bound.sources)
            export.write_json(
                stream,
                result.columns,
                result,
                sql=bound.sql(),
                problems=said,
                exact=exact,
                accounting=None if accounted is None else accounted.to_json_object(),
            )
        case "md":
            export.write_markdown(stream, result.columns, result)
        case _:
            _show_table(bound, result.columns, result.rows, stream)
            if accounted is not None:
                stream.writelines(f"{line}\n" for line in ("", *lines(accounted)))


def _show_table(
    bound: "BoundQuery", columns: "Sequence[ResultColumn]", rows: "Sequence[Row]", stream: TextIO
) -> None:
    from metricdsl.cli.table import table

    if not rows:
        click.echo("No rows: nothing in the data meets the question.", err=True)
    stream.write(table(columns, rows[:TABLE_ROWS]) + "\n")
    if len(rows) > TABLE_ROWS:
        more = bound.count_rows() - TABLE_ROWS
        click.echo(f"… and {more:,} more rows. `limit`, or --format csv for all of them.", err=True)
