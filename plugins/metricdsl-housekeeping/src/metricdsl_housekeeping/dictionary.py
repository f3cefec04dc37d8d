"""The command `metric housekeeping.dictionary`: what the metrics of a project are, as a table for people who read no definitions."""

import argparse
import csv
from collections.abc import Sequence

from metricdsl.spi.commands import CommandCall, CommandProject

HEAD = ("metric", "label", "what it is", "unit", "adds up", "owner")


def run(call: CommandCall) -> int:
    """Write the table."""
    parser = argparse.ArgumentParser("metric housekeeping.dictionary", description=__doc__)
    parser.add_argument("--format", choices=("md", "csv"), default="md")
    asked = parser.parse_args(call.arguments)
    rows = _rows(call.open_project())
    if asked.format == "csv":
        csv.writer(call.out, lineterminator="\n").writerows([HEAD, *rows])
    else:
        call.out.write(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}\n")
        call.out.writelines(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    return 0


def _rows(project: CommandProject) -> list[Sequence[str]]:
    metrics = [project.model.metrics[name] for name in sorted(project.own)]
    return [
        (
            one.name,
            one.label or "",
            one.about or "",
            one.type.measured,
            one.additivity.value,
            ", ".join(one.properties.get("owner", ())),
        )
        for one in metrics
    ]


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
