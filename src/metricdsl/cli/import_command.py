"""`metric import`."""

from pathlib import Path

import click

from metricdsl.cli.exchanged import finish, found_entry, list_formats, named_versions, results_kept_clean
from metricdsl.cli.options import Session, session_options


@click.command("import")
@click.argument("form", metavar="FORMAT", required=False)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), help="Write the definitions to this new file.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what was left out to this file, as JSON."
)
@session_options
def command(
    session: Session, form: str | None, paths: tuple[Path, ...], out: Path | None, report: Path | None
) -> None:
    """Make definitions of PATHS (files, folders) in another FORMAT, `PLUGIN.NAME`; without a FORMAT list those there are.

    What comes out checks. What was left out is told with the reason, and the exit status is 1 then.
    """
    from metricdsl.cli.problems import COULD_NOT, show
    from metricdsl.engine.errors import QueryError
    from metricdsl.engine.exchange import imported

    if form is None:
        list_formats("importer", session)
        return
    entry = found_entry("importer", form, named_versions(session), session)
    if not paths:
        raise click.UsageError(f"Name what is to be imported: metric import {form} PATH…")
    if out is not None and out.exists():
        raise click.UsageError(f"{out} is there already: name a new file.")
    try:
        with results_kept_clean():
            taken = imported(entry, paths)
    except QueryError as error:
        show(error.problems, {}, session)
        raise click.exceptions.Exit(COULD_NOT) from None
    finish(session, form, taken, out, report, ("declaration", "declarations"))
