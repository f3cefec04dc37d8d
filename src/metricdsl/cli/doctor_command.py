"""`metric doctor`."""

import json
import os

import click

from metricdsl.cli.options import Session, session_options


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@session_options
def command(session: Session, form: str) -> None:
    """Look for what is wrong with the installation, the plugins and the connections. Each connection is opened."""
    from metricdsl.cli.problems import FINDINGS
    from metricdsl.cli.surroundings import cache_folder, project_around
    from metricdsl.engine.doctor import examine

    wrong = 0
    rows = []
    for finding in examine(
        project_around(session), dict(os.environ), cache_folder(), plugins=session.plugins
    ):
        wrong += finding.wrong
        if form == "json":
            told = [{"code": p.code, "message": p.message()} for p in finding.problems]
            rows.append({"what": finding.what, "how": finding.how, "wrong": finding.wrong, "problems": told})
            continue
        click.echo(
            f"{'wrong' if finding.wrong else 'ok   '}  {finding.what}{': ' + finding.how if finding.how else ''}"
        )
        for problem in finding.problems:
            click.echo(f"       {problem.code} {problem.message()}")
            for fix in problem.fixes():
                click.echo(f"       → {fix.title}")
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if wrong:
        raise click.exceptions.Exit(FINDINGS)
