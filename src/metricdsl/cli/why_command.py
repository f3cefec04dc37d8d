"""`metric why`."""

import sys
from typing import TYPE_CHECKING, TextIO

import click

from metricdsl.cli.completion import complete_names
from metricdsl.cli.options import Session, parameter_option, session_options

if TYPE_CHECKING:
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.insight.why_answer import Why


@click.command("why")
@click.argument("metric", shell_complete=complete_names)
@click.option(
    "--vs",
    default="prior",
    show_default=True,
    metavar="WHAT",
    help="What it is compared with: prior, prior year, goal, baseline, or a period such as 2025-09.",
)
@click.option(
    "--period",
    default="last month",
    show_default=True,
    help="The period that is explained, as behind `during`.",
)
@click.option(
    "--by", metavar="DIM,…", default="", help="The dimensions to look at, in place of those that fit."
)
@click.option("--where", default="", help="A condition, as behind `where`.")
@click.option("--format", "form", type=click.Choice(["table", "json", "md"]), default="table")
@click.option("--connection", default="default", help="The connection to ask.", show_default=True)
@parameter_option
@session_options
def command(
    session: Session,
    metric: str,
    vs: str,
    period: str,
    by: str,
    where: str,
    form: str,
    connection: str,
    parameters: dict[str, str],
) -> None:
    """Say what moved METRIC: by its own formula, and by the members of its dimensions, with parts that add up."""
    from metricdsl.cli.interrupting import cancelling
    from metricdsl.cli.problems import show, status
    from metricdsl.cli.progress import waiting
    from metricdsl.cli.surroundings import open_project
    from metricdsl.engine.errors import QueryError

    project = open_project(session)
    running: list[BoundQuery] = []
    dimensions = apart(by)
    try:
        with waiting(session, "asking"), cancelling(lambda: running[-1].cancel() if running else None):
            found = project.why(
                metric,
                vs=vs,
                period=period,
                by=dimensions,
                where=where,
                connection=connection,
                parameters=parameters,
                running=running.append,
            )
    except QueryError as error:
        show(error.problems, {**project.sources, **error.sources}, session)
        raise click.exceptions.Exit(status(error.problems)) from None
    write(sys.stdout, found, form, every=bool(dimensions), quiet=session.quiet)


def apart(by: str) -> tuple[str, ...]:
    """The dimensions of --by: commas in parentheses, texts and back-quotes are a dimension's own."""
    parts, depth, quote = [""], 0, ""
    for character in by:
        if quote or character in '"`':
            quote = "" if character == quote else quote or character
        else:
            depth += (character == "(") - (character == ")")
        if character == "," and not quote and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts if part.strip())


def write(out: TextIO, why: "Why", form: str, *, every: bool, quiet: bool) -> None:
    """The answer in one of the forms."""
    from metricdsl.cli.export import write_markdown
    from metricdsl.cli.table import table
    from metricdsl.insight.why_json import why_object, written
    from metricdsl.insight.why_tables import tables
    from metricdsl.insight.why_words import words

    if form == "json":
        out.write(written(why_object(why)) + "\n")
        return
    out.writelines(sentence + "\n" for sentence in words(why))
    for shown in tables(why, every=every):
        out.write(f"\n{'### ' if form == 'md' else ''}{shown.title}\n\n")
        if form == "md":
            write_markdown(out, shown.columns, shown.rows)
        else:
            out.write(table(shown.columns, shown.rows) + "\n")
    if why.left_out and not quiet:
        out.write("\nNot looked at\n\n")
        reasons: dict[str, list[str]] = {}
        for one in why.left_out:
            reasons.setdefault(one.reason, []).append(one.name)
        mark = "-" if form == "md" else " "
        out.writelines(f"{mark} {', '.join(names)}: {reason}\n" for reason, names in reasons.items())
