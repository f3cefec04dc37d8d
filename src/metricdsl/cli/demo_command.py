"""`metric demo`."""

from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("metric-demo"))
@click.option(
    "--rows",
    type=click.IntRange(1_000, 100_000_000),
    help="In place of it the whole canonical model, all tables together with about so many rows.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed makes other rows.")
@session_options
def command(session: Session, folder: Path, rows: int | None, seed: int) -> None:
    """Make a small CRM (seven tables, dirt included) with metrics in FOLDER, and ask it three questions."""
    if rows is not None:
        _library(session, folder, rows, seed)
        return
    from metricdsl.cli.surroundings import open_project
    from metricdsl.cli.table import table
    from metricdsl.demo.make import QUESTIONS, make_demo

    if folder.exists() and any(folder.iterdir()) and not (folder / "crm.duckdb").exists():
        raise click.UsageError(
            f"{folder} is not empty and was not made by `metric demo`. Name another folder."
        )
    make_demo(folder, seed)
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


def _library(session: Session, folder: Path, rows: int, seed: int) -> None:
    """A company over the canonical model, and what its pack says of it."""
    from metricdsl.cli.surroundings import open_project
    from metricdsl.cli.table import table
    from metricdsl.demo.library import DATABASE, QUESTIONS, make_library, orders_of

    if folder.exists() and any(folder.iterdir()) and not (folder / DATABASE).exists():
        raise click.UsageError(
            f"{folder} is not empty and was not made by `metric demo --rows`. Name another folder."
        )
    made = make_library(folder, orders_of(rows), seed)
    project = open_project(session, folder)
    click.echo(f"Made {folder}: {len(project.model.metrics)} metrics of the pack crm over {made:,} rows.\n")
    for title, question in QUESTIONS:
        click.echo(f'{title}\n\n  $ metric query "{question}"\n')
        result = project.query(question).run()
        click.echo(table(result.columns, result.rows) + "\n")
    click.echo(
        f"Next   cd {folder}\n       metric list                           what there is\n       metric check --live                   what is bound"
    )
