"""`metric compile`."""

import click

from metricdsl.cli.options import Session, parameter_option, session_options


@click.command("compile")
@click.argument("question")
@click.option(
    "--dialect",
    default="duckdb",
    show_default=True,
    help="duckdb, sqlite, postgres, mariadb, mysql, datafusion, clickhouse, spark or databricks.",
)
@parameter_option
@session_options
def command(session: Session, question: str, dialect: str, parameters: dict[str, str]) -> None:
    """Print the SQL that answers QUESTION. No connection is opened."""
    from metricdsl.cli.problems import show, status
    from metricdsl.cli.surroundings import open_project

    project = open_project(session)
    bound = project.query(question, connection=None, parameters=parameters)
    show(bound.problems, bound.sources, session, hints=not session.quiet)
    if bound.failed:
        raise click.exceptions.Exit(status(bound.problems))
    compiled = bound.compile(dialect)
    show(compiled.problems, bound.sources, session)
    if compiled.value is None:
        raise click.exceptions.Exit(status(compiled.problems))
    click.echo(compiled.value.sql)
