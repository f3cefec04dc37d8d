"""What `metric import` and `metric export` share: the formats there are, and the report of what was left out."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session
from metricdsl.cli.problems import COULD_NOT, FINDINGS, show

if TYPE_CHECKING:
    from metricdsl.engine.exchange import Exchange
    from metricdsl.engine.project import Project
    from metricdsl.plugins.named_functions import Entry


@contextmanager
def results_kept_clean() -> Iterator[None]:
    """While the code of a plugin runs: what it prints goes to the standard error stream, and not among the results."""
    with redirect_stdout(sys.stderr):
        yield


def found_entry(kind: str, form: str, versions: dict[str, str], session: Session) -> "Entry":
    """The importer or exporter of a name; without it the command ends."""
    from metricdsl.plugins.named_functions import find_entry

    found = find_entry(kind, form, versions, installed=session.plugins)
    if found.value is None:
        show(found.problems, {}, session)
        raise click.exceptions.Exit(COULD_NOT)
    return found.value


def named_versions(session: Session) -> dict[str, str]:
    """The versions of plugins that the project around asks for, where there is one that can be read."""
    from metricdsl.cli.surroundings import project_around
    from metricdsl.engine.config import read_config

    folder = project_around(session)
    config = None if folder is None else read_config(folder).value
    return {} if config is None else dict(config.plugins)


def list_formats(kind: str, session: Session) -> None:
    """Print what the installed plugins name; nothing of them is imported."""
    from metricdsl.plugins.named_functions import installed_entries

    found = installed_entries(kind) if session.plugins else ()
    for entry in found:
        click.echo(f"{entry.full_name}  {entry.about}")
    if not found and not session.quiet:
        click.echo(f"No installed plugin brings an {kind}.", err=True)


def finish(
    session: Session,
    form: str,
    taken: "Exchange",
    out: Path | None,
    report: Path | None,
    noun: tuple[str, str],
    project: "Project | None" = None,
) -> None:
    """Write the text, tell what was left out, and end with the status that says whether anything was."""
    from metricdsl.cli.whole_file import written_whole
    from metricdsl.engine.exchange import told

    if out is not None and taken.text:
        with written_whole(out) as path:
            path.write_text(taken.text, encoding="utf-8", newline="\n")
    elif out is None:
        click.echo(taken.text, nl=False)
    if report is not None:
        with written_whole(report) as path:
            made = json.dumps(taken.report(form), ensure_ascii=False, indent=1)
            path.write_text(made + "\n", encoding="utf-8", newline="\n")
    problems, sources = told(taken.losses, None if project is None else project.model)
    show(problems, sources if project is None else {**project.sources, **sources}, session)
    if not session.quiet:
        number = len(taken.taken)
        click.echo(f"{number} {noun[number != 1]} taken over, {len(taken.losses)} left out.", err=True)
    if taken.losses:
        raise click.exceptions.Exit(FINDINGS)
