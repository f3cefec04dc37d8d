"""Problems on the standard error stream, and the exit status they mean."""

from collections.abc import Mapping, Sequence

import click

from metricdsl.cli.options import Session
from metricdsl.diagnostics import Problem, Severity
from metricdsl.source import SourceFile

FINDINGS, COULD_NOT, INTERRUPTED = 1, 2, 130


def show(
    problems: Sequence[Problem],
    sources: Mapping[str, SourceFile],
    session: Session,
    *,
    style: str = "full",
    hints: bool = True,
) -> None:
    """Print problems for people (or machines, by `style`) on the standard error stream."""
    from metricdsl.diagnostics.report import render

    shown = [p for p in problems if hints or p.severity is not Severity.HINT]
    if shown:
        click.echo(
            render(shown, sources, style, colour=session.color), nl=False, err=True, color=session.color
        )
    for said in [getattr(p, "detail", "") for p in shown if session.debug]:
        if said:
            click.echo(f"the engine said: {said}", err=True)
    for raised in [getattr(p, "traceback", "") for p in shown if session.debug]:
        if raised:
            click.echo(raised, nl=False, err=True)


def status(problems: Sequence[Problem]) -> int:
    """0 without an error; 2 where something could not be done (connections, files, engines, an engine nobody knows), 130 where it was interrupted; else 1."""
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if not errors:
        return 0
    if any(p.code == "X715" for p in errors):
        return INTERRUPTED
    return COULD_NOT if any(p.code.startswith(("X", "P", "D602")) for p in errors) else FINDINGS
