"""`metric demo`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session, session_options

if TYPE_CHECKING:
    from metricdsl.engine.project import Project


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
    if rows is None:
        _small(session, folder, seed)
    else:
        _library(session, folder, rows, seed)


def _small(session: Session, folder: Path, seed: int) -> None:
    """Seven tables and their own definitions."""
    from metricdsl.cli.surroundings import open_project
    from metricdsl.demo.make import DATABASE, QUESTIONS, make_demo

    _fits(folder, DATABASE, "metric demo")
    make_demo(folder, seed)
    project = open_project(session, folder)
    model = project.model
    click.echo(
        f"Made {folder}: {len(model.metrics)} metrics over {len(model.entities)} entities and a scorecard, in a DuckDB file.\n"
    )
    _ask(project, QUESTIONS)
    click.echo(
        f"Next   cd {folder}\n"
        "       metric scorecard sales                the monthly review: goals, usual ranges\n"
        "       metric show win_rate --sql            what a metric means, and its SQL\n"
        "       metric check --live                   the dirt in the data, found\n"
        '       metric query "win_rate by month"      your own question\n'
        "       metric init --from my-files           start with your own data"
    )


def _library(session: Session, folder: Path, rows: int, seed: int) -> None:
    """A company over the canonical model, and what its pack says of it."""
    from metricdsl.cli.progress import waiting
    from metricdsl.cli.surroundings import open_project
    from metricdsl.demo.library import DATABASE, QUESTIONS, make_library, orders_of

    _fits(folder, DATABASE, "metric demo --rows")
    with waiting(session, f"making about {rows:,} rows"):
        made = make_library(folder, orders_of(rows), seed)
    project = open_project(session, folder)
    click.echo(f"Made {folder}: {len(project.model.metrics)} metrics of the pack crm over {made:,} rows.\n")
    with waiting(session, "asking"):
        _ask(project, QUESTIONS)
    click.echo(
        f"Next   cd {folder}\n"
        "       metric list                           what there is\n"
        "       metric check --live                   what is bound"
    )


def _fits(folder: Path, database: str, command: str) -> None:
    """A folder that is not empty and was made by something else is refused."""
    if folder.exists() and any(folder.iterdir()) and not (folder / database).exists():
        raise click.UsageError(f"{folder} is not empty and was not made by `{command}`. Name another folder.")


def _ask(project: "Project", questions: Sequence[tuple[str, str]]) -> None:
    """Ask questions, each under its title, and show what comes."""
    from metricdsl.cli.table import table

    for title, question in questions:
        click.echo(f'{title}\n\n  $ metric query "{question}"\n')
        result = project.query(question).run()
        click.echo(table(result.columns, result.rows) + "\n")
