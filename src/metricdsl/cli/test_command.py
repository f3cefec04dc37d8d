"""`metric test`."""

from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session, session_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metricdsl.engine.trials import Row, TestOutcome
    from metricdsl.spi.values import ResultColumn

MOST_ROWS = 20
"""Rows of a given table that are shown of a test that fails: the tables of tests are small."""

SAME_ROWS = (
    "The rows are those expected, in another order: by `sort`, then by the groupings upwards, nulls last."
)


@click.command("test")
@click.argument("names", nargs=-1)
@session_options
def command(session: Session, names: tuple[str, ...]) -> None:
    """Run the `test` blocks of the project (all, or those whose title contains one of NAMES) in memory."""
    from metricdsl.cli.problems import show
    from metricdsl.cli.surroundings import open_project
    from metricdsl.cli.table import table

    project = open_project(session)
    show(project.problems, project.sources, session, hints=False)
    failed = 0
    outcomes = project.run_tests(names)
    if names and not outcomes:
        raise click.UsageError(f"No test has a title that contains {' or '.join(names)}.")
    for outcome in outcomes:
        if outcome.passed:
            if not session.quiet:
                click.echo(f"ok      {outcome.title}")
            continue
        failed += 1
        click.echo(f"failed  {outcome.title}")
        show([p for p in outcome.problems if p not in project.problems], project.sources, session)
        if outcome.differences:
            click.echo(f"\n{given(outcome)}")
        for question, columns, expected, got in outcome.differences:
            exact = shown_alike(columns, expected, got)
            tables = [table(columns, rows, exact=exact) for rows in (expected, got)]
            click.echo(f"\n  {question}\n\nexpected\n{tables[0]}\n\ngot\n{tables[1]}\n")
            if sorted(map(repr, expected)) == sorted(map(repr, got)):
                click.echo(f"{SAME_ROWS}\n")
    click.echo(f"{len(outcomes) - failed} passed, {failed} failed", err=True)
    if failed or project.failed:
        raise click.exceptions.Exit(1)


def shown_alike(
    columns: "Sequence[ResultColumn]", expected: "Sequence[Row]", got: "Sequence[Row]"
) -> list[int]:
    """The columns in which values differ that a table shows alike: 33.3% and 33.34%."""
    from metricdsl.execution.shown import people

    return [
        at
        for at, column in enumerate(columns)
        if any(
            one[at] != other[at] and people(one[at], column.type) == people(other[at], column.type)
            for one, other in zip(expected, got, strict=False)
        )
    ]


def given(outcome: "TestOutcome") -> str:
    """The tables that a test was made on, and its day."""
    from metricdsl.cli.table import table

    parts = []
    for name, columns, rows in outcome.given:
        more = f"\n… and {len(rows) - MOST_ROWS} more rows" if len(rows) > MOST_ROWS else ""
        parts.append(f"given {name}\n{table(columns, rows[:MOST_ROWS])}{more}")
    day = f"today is {outcome.today}"
    return "\n\n".join([*parts, day] if parts else [f"given no rows; {day}"])
