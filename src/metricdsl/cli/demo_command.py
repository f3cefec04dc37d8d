"""`metric demo`."""

from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("metric-demo"))
@session_options
def command(session: Session, folder: Path) -> None:
    """Make a small CRM (seven tables, dirt included) with metrics in FOLDER, and ask it three questions."""
    from metricdsl.cli.surroundings import open_project
    from metricdsl.cli.table import table
    from metricdsl.demo.make import QUESTIONS, make_demo

    if folder.exists() and any(folder.iterdir()) and not (folder / "crm.duckdb").exists():
        raise click.UsageError(
            f"{folder} is not empty and was not made by `metric demo`. Name another folder."
        )
    make_demo(folder)
    project = open_project(session, folder)
    model = project.model
    click.echo(
        f"Made {folder}: {len(model.metrics)} metrics over {len(model.entities)} entities, in a DuckDB file.\n"
    )
    for title, question in QUESTIONS:
        click.echo(f'{title}\n\n  $ metric query "{question}"\n')
        result = project.query(question).run()
        click.echo(table(result.columns, result.rows) + "\n")
    click.echo(
        f"Next   cd {folder}\n"
        "       metric show win_rate --sql            what a metric means, and its SQL\n"
        "       metric check --live                   the dirt in the data, found\n"
        '       metric query "win_rate by month"      your own question\n'
        "       metric init --from my-files           start with your own data"
    )
