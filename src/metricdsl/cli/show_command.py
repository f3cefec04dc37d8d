"""`metric show`."""

import click

from metricdsl.cli.completion import complete_names
from metricdsl.cli.options import Session, session_options


@click.command("show")
@click.argument("name", shell_complete=complete_names)
@click.option("--sql", "want", flag_value="sql", help="The SQL of its total.")
@click.option("--plan", "want", flag_value="plan", help="The steps the SQL is made from.")
@click.option("--stages", "want", flag_value="stages", help="The metric at every stage, from text to SQL.")
@click.option("--dimensions", "want", flag_value="dimensions", help="What it can be sliced by.")
@click.option("--dialect", default="duckdb", show_default=True)
@session_options
def command(session: Session, name: str, want: str | None, dialect: str) -> None:
    """Show everything about NAME: a metric, an entity or a report."""
    from metricdsl.cli import showing
    from metricdsl.cli.surroundings import open_project

    project = open_project(session)
    subject = showing.find(project, name)
    if subject is None:
        click.echo(showing.unknown(project, name), err=True)
        raise click.exceptions.Exit(2)
    match want:
        case "sql":
            click.echo(showing.sql(project, subject, dialect))
        case "plan":
            click.echo(showing.plan(project, subject))
        case "stages":
            click.echo(showing.stages(project, subject, dialect))
        case "dimensions":
            click.echo(showing.dimensions(project, subject))
        case _:
            click.echo(showing.describe(project, subject))
