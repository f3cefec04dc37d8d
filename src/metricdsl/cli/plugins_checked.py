"""`metric plugins check`."""

from contextlib import nullcontext
from pathlib import Path

import click

from metricdsl.cli.options import Session
from metricdsl.cli.problems import COULD_NOT, FINDINGS, show
from metricdsl.engine.plugin_alone import as_installed
from metricdsl.engine.plugin_checks.check import told
from metricdsl.engine.plugin_checks.every import plugin_checks
from metricdsl.plugins.in_place import written_plugin


def print_check(session: Session, name_or_path: str) -> None:
    """One line for each thing that must hold; of what does not, what is wrong. An installed plugin goes by its name, a folder by its path."""
    folder = Path(name_or_path)
    written = None
    if folder.is_dir() and (
        name_or_path in {".", ".."} or folder.name != name_or_path or (folder / "pyproject.toml").is_file()
    ):
        read = written_plugin(folder)
        if read.value is None:
            show(read.problems, {}, session)
            raise click.exceptions.Exit(COULD_NOT)
        written = read.value
    plugin = name_or_path if written is None else written.plugin
    wrong = 0
    with nullcontext() if written is None else as_installed(written):
        for check in plugin_checks(plugin):
            found = check.run()
            wrong += bool(found)
            click.echo(f"{'wrong' if found else 'ok   '}  {check.title}")
            if found:
                click.echo("\n".join(f"       {line}" for line in told(found).splitlines()))
    if wrong:
        raise click.exceptions.Exit(FINDINGS)
