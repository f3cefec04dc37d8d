"""From the surroundings to a project: the folder, the environment, the clock. The library itself looks at none of them."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session

if TYPE_CHECKING:
    from metricdsl.engine.project import Project

PROJECT_FILE = "metricdsl.toml"


def project_around(session: Session) -> Path | None:
    """The folder of the project that was named, or that lies here or above; None where there is none."""
    if session.project is not None:
        return find_folder(session)
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / PROJECT_FILE).is_file()), None)


def find_folder(session: Session) -> Path:
    """The project's folder: --project, else the nearest folder with a `metricdsl.toml`, here or above."""
    if session.project is not None:
        folder = session.project.parent if session.project.name == PROJECT_FILE else session.project
        if not (folder / PROJECT_FILE).is_file():
            raise click.UsageError(f"There is no {PROJECT_FILE} in {folder}. `metric init` makes one.")
        return folder
    found = project_around(session)
    if found is not None:
        return found
    raise click.UsageError(
        f"There is no {PROJECT_FILE} here or above. Go to the project's folder, name it with --project DIR,"
        " or make a project: `metric init` from your data, `metric demo` to look around."
    )


def open_project(session: Session, folder: Path | None = None) -> "Project":
    """The project, opened until the command ends; a project file that cannot be used ends the command with its problem."""
    from metricdsl.cli.problems import show
    from metricdsl.engine.errors import ProjectError

    try:
        return opened(session, folder or find_folder(session))
    except ProjectError as error:
        show(error.problems, error.sources, session)
        raise click.exceptions.Exit(2) from None


def opened(session: Session, folder: Path) -> "Project":
    """The project of a folder, opened until the command ends. Raises ProjectError."""
    from metricdsl.engine.project import open_project as open_at

    project = open_at(
        folder,
        environment=dict(os.environ),
        today=session.today,
        principal=session.principal,
        clock=datetime.now().astimezone().date(),
        cache=cache_folder(),
        installed_plugins=session.plugins,
    )
    click.get_current_context().call_on_close(project.close)
    return project


def cache_folder() -> Path | None:
    """The user's own cache folder; None where it is switched off."""
    if os.environ.get("METRICDSL_NO_CACHE"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".cache") / "metricdsl"
