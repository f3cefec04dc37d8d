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
@click.option(
    "--dialect", help="SQL of this dialect, without looking at a connection.  [default: the connection's]"
)
@click.option("--connection", default="default", help="The connection whose SQL is shown.", show_default=True)
@session_options
def command(session: Session, name: str, want: str | None, dialect: str | None, connection: str) -> None:
    """Show everything about NAME: a metric, an entity or a report."""
    from metricdsl.cli import showing
    from metricdsl.cli.problems import COULD_NOT, show, status
    from metricdsl.cli.surroundings import open_project
    from metricdsl.engine.errors import QueryError

    project = open_project(session)
    subject = showing.find(project, name)
    if subject is None:
        show([showing.unknown(project, name)], {}, session)
        raise click.exceptions.Exit(COULD_NOT)
    match want:
        case "sql" | "plan" | "stages":
            bound = project.query(showing.question(subject), connection=None if dialect else connection)
            parts = {"sql": showing.sql, "plan": showing.plan, "stages": showing.stages}
            try:
                click.echo(parts[want](bound, subject, dialect))
            except QueryError as error:
                show(error.problems, bound.sources, session)
                raise click.exceptions.Exit(status(error.problems)) from None
        case "dimensions":
            click.echo(showing.dimensions(project, subject))
        case _:
            click.echo(showing.describe(project, subject))
