"""`metric explain`."""

import inspect

import click

from metricdsl.cli.options import Session, session_options


@click.command("explain")
@click.argument("code")
@session_options
def command(session: Session, code: str) -> None:
    """Print the page of a problem: what it means, an example, and what to write instead. CODE is its code or name."""
    from metricdsl.cli.problems import COULD_NOT, show
    from metricdsl.diagnostics import catalogue
    from metricdsl.diagnostics.near import near
    from metricdsl.diagnostics.problems.names import UnknownName

    known = catalogue()
    by_slug = {cls.slug: cls for cls in known.values()}
    problem = known.get(code.upper()) or by_slug.get(code.lower())
    if problem is None:
        names = near(code.upper(), known) + near(code.lower(), by_slug)
        hint = "" if names else "`metric check` prints the codes of what it finds."
        show([UnknownName(name=code, where="among the problems", near=names, hint=hint)], {}, session)
        raise click.exceptions.Exit(COULD_NOT)
    click.echo(f"# {problem.code} {problem.slug}\n\n{inspect.cleandoc(problem.__doc__ or '')}")
