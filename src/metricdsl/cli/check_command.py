"""`metric check`."""

from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options
from metricdsl.cli.strict_plugins import is_fault, strict_option, strictly


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--live",
    is_flag=True,
    help="Compare the definitions with the data too: tables, types, keys, foreign keys.",
)
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe.")
@click.option(
    "--connection",
    help="The connection to look at; every file and folder, with --live `default`, where none is named.",
)
@click.option(
    "--format", "form", type=click.Choice(["full", "concise", "json", "sarif", "github"]), default="full"
)
@strict_option
@session_options
def command(
    session: Session,
    files: tuple[Path, ...],
    live: bool,
    fix: bool,
    connection: str | None,
    form: str,
    strict: bool,
) -> None:
    """Check all definitions of the project, or only FILES: files, or folders of them. Files outside of a project stand alone."""
    from metricdsl.cli.checking import check_files, check_project
    from metricdsl.cli.progress import waiting

    with waiting(session, "checking"):
        problems, sources, fine = (
            check_files(session, files, live=live, fix=fix, connection=connection)
            if files
            else check_project(session, live=live, fix=fix, connection=connection)
        )
    _tell(session, strictly(problems) if strict else problems, sources, fine, form)


def _tell(session: Session, problems: object, sources: object, fine: str, form: str) -> None:
    from collections.abc import Mapping, Sequence

    from metricdsl.cli.problems import COULD_NOT, FINDINGS, INTERRUPTED, show, status
    from metricdsl.diagnostics import Severity
    from metricdsl.diagnostics.report import render

    assert isinstance(problems, Sequence)
    assert isinstance(sources, Mapping)
    if form in {"json", "sarif", "github", "concise"}:
        text = render(problems, sources, form)
        if text:
            click.echo(text, nl=False)
    else:
        show(problems, sources, session)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if not session.quiet and form == "full":
        others = len(problems) - len(errors)
        said = f"{_count(len(errors), 'error')}" + (
            f", {_count(others, 'hint or warning', 'hints and warnings')}" if others else ""
        )
        click.echo(f"{said}. {fine}" if problems else fine, err=True)
    if errors:
        interrupted = status(errors) == INTERRUPTED
        # A warning of a plugin that is an error here: the definitions could not be checked as they would be with it.
        wanting = any(is_fault(p) and type(p).severity is Severity.WARNING for p in errors)
        raise click.exceptions.Exit(INTERRUPTED if interrupted else COULD_NOT if wanting else FINDINGS)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
