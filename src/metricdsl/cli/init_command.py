"""`metric init`."""

from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--from", "origin", help="A folder of CSV and Parquet files, a DuckDB or SQLite file, or a URL."
)
@session_options
def command(session: Session, folder: Path, origin: str | None) -> None:
    """Start a project in FOLDER from data: entities, keys, joins, times, types and formats are proposed from all rows."""
    import os

    from metricdsl.cli.problems import FINDINGS, show, status
    from metricdsl.cli.progress import waiting
    from metricdsl.engine.errors import QueryError
    from metricdsl.engine.initialise import initialise

    if (folder / "metricdsl.toml").exists():
        raise click.UsageError(f"{folder / 'metricdsl.toml'} is there already; nothing was changed.")
    try:
        with waiting(session, "reading all rows"):
            made = initialise(folder, origin, environment=dict(os.environ))
    except QueryError as error:
        show(error.problems, {}, session)
        raise click.exceptions.Exit(status(error.problems)) from None
    for path in made.files:
        click.echo(f"wrote {path}")
    for note in made.notes:
        click.echo(note, err=True)
    if made.problems:
        show(made.problems, {}, session)
        click.echo("What could not be read is left out of the proposal.", err=True)
    click.echo(
        "Next   metric check --live      compare the proposal with the data\n       metric list entities     see what was found"
    )
    if made.problems:
        raise click.exceptions.Exit(FINDINGS)
