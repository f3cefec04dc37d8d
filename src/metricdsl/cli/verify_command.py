"""`metric verify`."""

from time import monotonic

import click

from metricdsl.cli.options import Session, session_options


@click.command("verify")
@click.argument("names", nargs=-1)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="How many databases to try for each law.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed makes up other databases.")
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="Stop after so long; laws not yet tried are left out.",
)
@session_options
def command(
    session: Session, names: tuple[str, ...], examples: int, seed: int, minutes: float | None
) -> None:
    """Look for data that breaks an `invariant`, or a law that the types imply, in databases made up to satisfy the model.

    NAMES choose those whose title contains one, and the laws of the metrics of that name.
    """
    from metricdsl.cli.counterexample import said
    from metricdsl.cli.problems import show
    from metricdsl.cli.surroundings import open_project
    from metricdsl.engine.verifying.verify import Effort

    project = open_project(session)
    show(project.problems, project.sources, session, hints=False)
    until = None if minutes is None else monotonic() + 60 * minutes
    held = failed = untried = 0
    for one in project.verify(names, Effort(seed=seed, examples=examples, until=until)):
        if one.held:
            held, untried = held + bool(one.databases), untried + (not one.databases)
            if not session.quiet:
                click.echo(said(one))
            continue
        failed += 1
        click.echo(said(one))
        show(
            [problem for problem in one.problems if problem not in project.problems], project.sources, session
        )
    if names and not held + failed + untried:
        raise click.UsageError(
            f"No invariant has a title that contains {' or '.join(names)}, and no metric is called so."
        )
    click.echo(f"{held} held, {failed} failed" + (f", {untried} not tried" if untried else ""), err=True)
    if failed or project.failed:
        raise click.exceptions.Exit(1)
