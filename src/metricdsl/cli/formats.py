"""The option `--format` of `metric query`: our own formats, and those that plugins bring."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from metricdsl.cli.options import Session

if TYPE_CHECKING:
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.execution.result import Result
    from metricdsl.plugins.named_functions import Entry

OURS = ("table", "json", "jsonl", "csv", "parquet", "md")
IN_MEMORY = 1_000_000
"""How many bytes are kept in memory until all is there; more of them on the disk."""


class Format(click.ParamType[str]):
    """One of ours, or `PLUGIN.NAME`: whether that is there is looked for when the question is asked."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What --help shows."""
        return f"[{'|'.join(OURS)}|PLUGIN.NAME]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as given. One without a plugin is ours, or the plugin that would have it is told."""
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Ours, by their beginnings."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in OURS if name.startswith(incomplete)]


def renderer_of(session: Session, form: str, versions: "dict[str, str]", out: Path | None) -> "Entry | None":
    """The plugin's renderer of a format, None of one of ours. Where there is none the command ends."""
    if form in OURS:
        return None
    from metricdsl.cli.problems import COULD_NOT, show
    from metricdsl.engine.errors import QueryError
    from metricdsl.engine.rendering import find_renderer

    try:
        entry = find_renderer(form, versions, installed=session.plugins)
    except QueryError as error:
        show(error.problems, {}, session)
        click.echo(f"Without a plugin there are {', '.join(OURS)}.", err=True)
        raise click.exceptions.Exit(COULD_NOT) from None
    if entry.binary and out is None:
        raise click.UsageError(f"{form} is not text: name a file with --out FILE.")
    return entry


def write_rendered(entry: "Entry", bound: "BoundQuery", result: "Result", out: Path | None) -> None:
    """Write the result by a plugin's renderer, whole or not at all. Raises QueryError."""
    import tempfile

    from metricdsl.cli.exchanged import results_kept_clean
    from metricdsl.cli.whole_file import written_whole
    from metricdsl.engine.rendering import render

    if out is not None:
        with written_whole(out) as path, path.open("w+b") as file, results_kept_clean():
            render(entry, result, bound.text, file)
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with results_kept_clean():
            render(entry, result, bound.text, file)  # type: ignore[arg-type]  # it has all that a file has
        file.seek(0)
        while data := file.read(1 << 16):
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
