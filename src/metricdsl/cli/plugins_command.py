"""`metric plugins`: what is installed, what it brings, whether it is as it should be, and the beginning of a new one."""

from pathlib import Path

import click

from metricdsl.cli.options import Session, session_options
from metricdsl.cli.plugins_new import KINDS


@click.group("plugins")
def command() -> None:
    """List, show, check and begin plugins."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@session_options
def list_plugins(session: Session, form: str) -> None:
    """List the installed plugins. Nothing of them is imported."""
    from metricdsl.cli.plugins_listed import print_list

    print_list(session, form)


@command.command("show")
@click.argument("name")
@session_options
def show_plugin(session: Session, name: str) -> None:
    """Show what a plugin brings: its manifest, metrics, functions, adapters."""
    from metricdsl.cli.plugins_listed import print_plugin

    print_plugin(session, name)


@command.command("check")
@click.argument("name_or_path", default=".")
@session_options
def check_plugin(session: Session, name_or_path: str) -> None:
    """Check a plugin: an installed one by its name, or one being written by its folder (default: here).

    Its code is imported and run.
    """
    from metricdsl.cli.plugins_checked import print_check

    print_check(session, name_or_path)


@command.command("new")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to make it (default: here).")
@session_options
def new_plugin(session: Session, kind: str, name: str, folder: Path | None) -> None:
    """Begin a plugin: a folder with all that it needs, which can be installed and passes its tests."""
    from metricdsl.cli.plugins_new import make

    make(session, kind, name, folder or Path.cwd())
