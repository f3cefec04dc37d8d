"""`metric scorecard`."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session, parameter_option, session_options

if TYPE_CHECKING:
    from metricdsl.insight.scorecard import Scorecard

WIDEST = 160


@click.command("scorecard")
@click.argument("name")
@click.option(
    "--period",
    default="",
    help="The period to judge, as in 2026-10, 2026-Q3, this month.  [default: the last that is over]",
)
@click.option("--format", "form", type=click.Choice(["table", "json", "md", "html", "svg"]), default="table")
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(["behind", "danger"]),
    help="Exit with status 1 where a metric is behind; with `danger`, where one is in danger too.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the page to this file.")
@click.option("--connection", default="default", help="The connection to ask.", show_default=True)
@parameter_option
@session_options
def command(
    session: Session,
    name: str,
    period: str,
    form: str,
    fail_on: str | None,
    out: Path | None,
    connection: str,
    parameters: dict[str, str],
) -> None:
    """Judge the scorecard NAME: each metric with its goal, its usual range and the periods before."""
    from metricdsl.cli.problems import show, status
    from metricdsl.cli.progress import waiting
    from metricdsl.cli.surroundings import open_project
    from metricdsl.cli.whole_file import written_whole
    from metricdsl.engine.errors import QueryError

    project = open_project(session)
    try:
        with waiting(session, "asking"):
            card = project.scorecard(name, period, connection=connection, parameters=parameters)
    except QueryError as error:
        show(error.problems, project.sources, session)
        raise click.exceptions.Exit(status(error.problems)) from None
    from metricdsl.report.pages import page

    if out is None:
        width = min(shutil.get_terminal_size((100, 24)).columns, WIDEST)
        click.echo(page(card, form, width=width, colour=session.color), nl=False, color=True)
    else:
        with written_whole(out) as path:
            path.write_text(page(card, form), encoding="utf-8", newline="")
    if fail_on is not None and failing(card, fail_on):
        raise click.exceptions.Exit(1)


def failing(card: "Scorecard", fail_on: str) -> bool:
    """Whether a metric stands as badly as that."""
    from metricdsl.insight.goals import Status

    bad = {Status.BEHIND} if fail_on == "behind" else {Status.BEHIND, Status.IN_DANGER}
    return any(row.status in bad for row in card.rows)
