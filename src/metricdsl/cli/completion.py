"""Completion of names in the shell."""

import os
from pathlib import Path

import click


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of metrics, entities and reports that continue the last word; nothing where there is no project."""
    del param
    from metricdsl.cli.surroundings import PROJECT_FILE, cache_folder
    from metricdsl.engine.errors import ProjectError
    from metricdsl.engine.project import open_project

    given = ctx.params.get("project")
    here = Path(given) if given else Path.cwd()
    folder = next((f for f in (here, *here.parents) if (f / PROJECT_FILE).is_file()), None)
    if folder is None:
        return []
    try:
        model = open_project(folder, environment=dict(os.environ), cache=cache_folder()).model
    except ProjectError:
        return []
    before, space, word = incomplete.rpartition(" ")
    known = [*model.metrics, *model.entities, *model.reports]
    names = sorted({*known, *(name.rpartition(".")[2] for name in known)})
    return [before + space + name for name in names if name.startswith(word)]
