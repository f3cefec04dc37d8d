"""`metric list`."""

import json

import click

from metricdsl.cli.options import Session, session_options


@click.command("list")
@click.argument("what", type=click.Choice(["metrics", "entities", "reports"]), default="metrics")
@click.option("--format", "form", type=click.Choice(["table", "json", "names"]), default="table")
@session_options
def command(session: Session, what: str, form: str) -> None:
    """List the metrics, entities or reports of the project."""
    from metricdsl.cli.surroundings import open_project

    project = open_project(session)
    model = project.model
    rows: list[dict[str, str]] = []
    match what:
        case "metrics":
            rows = [
                {
                    "name": m.name,
                    "label": m.label or "",
                    "unit": m.type.unit.text if m.type.kind.numeric else m.type.kind.value,
                    "formula": " ".join(m.text.split()),
                }
                for m in model.metrics.values()
            ]
        case "entities":
            rows = [
                {"name": e.name, "label": e.label or "", "table": e.table.name, "key": ", ".join(e.key)}
                for e in model.entities.values()
            ]
        case _:
            rows = [{"name": name, "query": " ".join(text.split())} for name, text in model.reports.items()]
    rows.sort(key=lambda row: row["name"])
    match form:
        case "json":
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        case "names":
            for row in rows:
                click.echo(row["name"])
        case _:
            _print(rows)


def _print(rows: list[dict[str, str]]) -> None:
    from metricdsl.cli.table import table
    from metricdsl.model.types import TEXT
    from metricdsl.spi.values import ResultColumn

    if not rows:
        click.echo("None yet.", err=True)
        return
    columns = [ResultColumn(name=name, type=TEXT) for name in rows[0]]
    click.echo(table(columns, [list(row.values()) for row in rows]))
