"""`metric export`."""

from pathlib import Path

import click

from metricdsl.cli.completion import complete_names
from metricdsl.cli.exchanged import finish, found_entry, list_formats, results_kept_clean
from metricdsl.cli.options import Session, session_options


@click.command("export")
@click.argument("form", metavar="FORMAT", required=False)
@click.argument("names", nargs=-1, metavar="[METRICS]…", shell_complete=complete_names)
@click.option("--out", type=click.Path(path_type=Path), help="Write the text to this file.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what was left out to this file, as JSON."
)
@session_options
def command(
    session: Session, form: str | None, names: tuple[str, ...], out: Path | None, report: Path | None
) -> None:
    """Write METRICS (all that the project itself declares) in another FORMAT, `PLUGIN.NAME`; without a FORMAT list those there are.

    What was left out is told with the reason, and the exit status is 1 then.
    """
    from metricdsl.cli.problems import COULD_NOT, show
    from metricdsl.cli.surroundings import open_project
    from metricdsl.diagnostics import Severity
    from metricdsl.diagnostics.near import near
    from metricdsl.diagnostics.problems.names import UnknownName
    from metricdsl.engine.errors import QueryError
    from metricdsl.engine.exchange import exported

    if form is None:
        list_formats("exporter", session)
        return
    project = open_project(session)
    entry = found_entry("exporter", form, dict(project.plugin_versions), session)
    errors = [problem for problem in project.problems if problem.severity is Severity.ERROR]
    metrics = project.model.metrics
    unknown = [name for name in names if name not in metrics]
    if errors or unknown:
        missing = [
            UnknownName(name=name, where="among the metrics", near=near(name, metrics)) for name in unknown
        ]
        show([*errors, *missing], project.sources, session)
        raise click.exceptions.Exit(COULD_NOT)
    try:
        with results_kept_clean():
            taken = exported(entry, project.name, project.model, names or project.own_metrics)
    except QueryError as error:
        show(error.problems, project.sources, session)
        raise click.exceptions.Exit(COULD_NOT) from None
    finish(session, form, taken, out, report, ("metric", "metrics"), project)
