"""`metric fmt`."""

import difflib
from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options


@click.command("fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
@session_options
def command(session: Session, files: tuple[Path, ...], check: bool, diff: bool) -> None:
    """Lay out definition files in the one formatting: FILES (or folders), or all of the project. Broken declarations stay as they are."""
    from metricdsl.cli.checking import definition_files, named_files, read_file
    from metricdsl.cli.problems import show
    from metricdsl.diagnostics.problems.unread import FileTooLarge, NotText
    from metricdsl.syntax import format_document

    changed = []
    broken = False
    for path in named_files(files) if files else definition_files(session):
        source, document, problems = read_file(Path(_said(path)))
        show(problems, {source.path: source}, session)
        broken = broken or bool(problems)
        if document is None or any(isinstance(problem, NotText | FileTooLarge) for problem in problems):
            continue  # of what is not read nothing can be laid out
        laid_out = format_document(document)
        if laid_out == source.text:
            continue
        changed.append(path)
        if diff:
            lines = difflib.unified_diff(
                source.text.splitlines(keepends=True),
                laid_out.splitlines(keepends=True),
                _said(path),
                _said(path),
            )
            click.echo("".join(lines), nl=False)
        elif check:
            click.echo(f"{_said(path)} would be laid out anew.", err=True)
        else:
            path.write_text(laid_out, encoding="utf-8", newline="\n")
    if not session.quiet:
        verb = "would be laid out anew" if check or diff else "laid out anew"
        click.echo(f"{len(changed)} file{'s' if len(changed) != 1 else ''} {verb}.", err=True)
    if broken or (changed and (check or diff)):
        raise click.exceptions.Exit(1)


def _said(path: Path) -> str:
    """A path as it is seen from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path)
