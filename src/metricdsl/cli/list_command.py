"""`metric list`."""

import json
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session, session_options

if TYPE_CHECKING:
    from metricdsl.model.metric import Metric
    from metricdsl.model.semantic_model import SemanticModel


WIDTH, LEAST = 100, 24
"""Columns where there is no terminal; a formula or label that has fewer than so many left is not shown."""


@click.command("list")
@click.argument("what", type=click.Choice(["metrics", "entities", "reports"]), default="metrics")
@click.option("--format", "form", type=click.Choice(["table", "json", "names"]), default="table")
@click.option("--where", "where", help="Only metrics of which this is said, as in: class = outcome.")
@session_options
def command(session: Session, what: str, form: str, where: str | None) -> None:
    """List the metrics, entities or reports of the project."""
    from metricdsl.cli.surroundings import open_project

    project = open_project(session)
    model = project.model
    if where is not None and what != "metrics":
        raise click.UsageError("`--where` chooses among metrics, by their properties and facets.")
    metrics = list(model.metrics.values()) if where is None else _chosen(model, where)
    rows: list[dict[str, str]] = []
    match what:
        case "metrics":
            rows = [_row(m) for m in metrics]
            if where is None and model.overridden:
                rows = _with_overridden(rows, model)
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


def _row(metric: "Metric") -> dict[str, str]:
    return {
        "name": metric.name,
        "label": metric.label or "",
        "unit": metric.type.measured,
        "formula": " ".join(metric.text.split()),
    }


def _with_overridden(rows: list[dict[str, str]], model: "SemanticModel") -> list[dict[str, str]]:
    """The metrics, and those that others stand for: each says which other, and in which file that is written."""
    by = model.overriding
    said = {m.name: f"overrides {m.overrides}" for m in by.values()}
    gone = [
        {**_row(one), "override": f"overridden by {by[name].name} in {_file(by[name])}"}
        for name, one in model.overridden.items()
        if name in by
    ]
    return [*({**row, "override": said.get(row["name"], "")} for row in rows), *gone]


def _file(metric: "Metric") -> str:
    return "" if metric.span is None else metric.span.file


def _chosen(model: "SemanticModel", where: str) -> "list[Metric]":
    """The metrics of which a condition holds."""
    from metricdsl.analysis.properties import NAMED_WORDS
    from metricdsl.cli.choosing import NotAChoice, condition, holds

    of_all = ("name", "package", "unit", "additivity", *(word for word in NAMED_WORDS if " " not in word))
    said = {name: _said(metric) for name, metric in model.metrics.items()}
    known = {
        **dict.fromkeys((*of_all, *(word for one in said.values() for word in one))),
        **_values(model),
    }
    try:
        wanted = condition(where)
        return [m for name, m in model.metrics.items() if holds(wanted, said[name], known)]
    except NotAChoice as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _values(model: "SemanticModel") -> dict[str, frozenset[str]]:
    """The words whose values are counted: facets, by their short names as metrics say them, and what the language counts."""
    from metricdsl.analysis.properties import STATUS
    from metricdsl.model.metric import Additivity

    found = {
        "status": frozenset(STATUS),
        "additivity": frozenset(one.value for one in Additivity),
    }
    for facet, values in model.facets.items():
        word = facet.rpartition(".")[2]
        found[word] = found.get(word, frozenset()) | frozenset(values)
    return found


def _said(metric: "Metric") -> dict[str, tuple[str, ...]]:
    """What is said of a metric, and what it says of itself."""
    package, _, name = metric.name.rpartition(".")
    unit = metric.type.measured
    own = {
        "name": (name, metric.name),
        "package": (package,),
        "unit": (unit,),
        "additivity": (metric.additivity.value,),
    }
    return {**own, **metric.properties}


def _print(rows: list[dict[str, str]]) -> None:
    import shutil

    from metricdsl.cli.table import GAP, table
    from metricdsl.model.types import TEXT
    from metricdsl.spi.values import ResultColumn

    if not rows:
        click.echo("None yet.", err=True)
        return
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    for name in ("formula", "label"):
        longest = [max(len(one[key]) for one in rows) for key in rows[0] if key != name]
        if name in rows[0] and sum(longest) + len(GAP) * len(longest) + LEAST > width:
            rows = [{key: value for key, value in row.items() if key != name} for row in rows]
    columns = [ResultColumn(name=name, type=TEXT) for name in rows[0]]
    click.echo(table(columns, [list(row.values()) for row in rows], width))
