"""Commands that plugins bring, `metric PLUGIN.NAME`: told from manifests, their code imported when they are run."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from metricdsl.cli.options import Session, session_options

if TYPE_CHECKING:
    from metricdsl.spi.commands import CommandProject
    from metricdsl.spi.renderers import Rendering

STATUSES = (0, 1, 2)


def listed() -> list[tuple[str, str]]:
    """The commands of the installed plugins, each with a line about it."""
    if os.environ.get("METRICDSL_NO_PLUGINS"):
        return []
    from metricdsl.plugins.named_functions import installed_entries

    return [(entry.full_name, entry.about) for entry in installed_entries("command")]


def plugin_command(name: str) -> click.Command:
    """The command of a name; whether that is there is looked for when it is run."""
    from metricdsl.plugins.named_functions import find_entry

    entry = find_entry("command", name, {}, installed=not os.environ.get("METRICDSL_NO_PLUGINS")).value
    about = (
        f"A command of a plugin, `{name}`." if entry is None else f"{entry.about} (Plugin {entry.described}.)"
    )

    @click.command(
        name,
        help=about,
        context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
    )
    @click.argument(
        "arguments",
        nargs=-1,
        type=click.UNPROCESSED,
        metavar=(entry.usage if entry else "") or "[ARGUMENTS]…",
    )
    @session_options
    def command(session: Session, arguments: tuple[str, ...]) -> None:
        _run(session, name, arguments)

    return command


def _run(session: Session, name: str, arguments: tuple[str, ...]) -> None:
    from metricdsl.cli.exchanged import found_entry, named_versions
    from metricdsl.cli.problems import COULD_NOT, show, status
    from metricdsl.engine.errors import QueryError
    from metricdsl.plugins.named_functions import call_function, failed
    from metricdsl.spi.adapter import AdapterError
    from metricdsl.spi.commands import CommandCall

    entry = found_entry("command", name, named_versions(session), session)
    call = CommandCall(
        arguments=arguments, open_project=lambda: _project(session), out=sys.stdout, err=sys.stderr
    )
    ours = (click.ClickException, click.exceptions.Exit, click.Abort, QueryError, AdapterError, SystemExit)
    try:
        called = call_function(entry, call, through=ours)
        given: Any = called.value
    except SystemExit as ended:  # as argparse does it, where an argument is wrong or help is asked for
        called, given = None, ended.code
    except QueryError as error:
        show(error.problems, {}, session)
        raise click.exceptions.Exit(status(error.problems)) from None
    except AdapterError as error:
        show((error.problem,), {}, session)
        raise click.exceptions.Exit(COULD_NOT) from None
    problems = () if called is None else called.problems
    if not problems and not (given is None or (type(given) is int and given in STATUSES)):
        problems = (failed(entry, f"it ended with {given!r}, where 0, 1 or 2 belongs"),)
    show(problems, {}, session)
    raise click.exceptions.Exit(COULD_NOT if problems else given or 0)


def _project(session: Session) -> "CommandProject":
    from metricdsl.cli.problems import show
    from metricdsl.cli.surroundings import open_project
    from metricdsl.engine.rendering import rendering
    from metricdsl.spi.commands import CommandProject

    project = open_project(session)

    def ask(question: str) -> "Rendering":
        bound = project.query(question)
        if bound.failed:
            show(bound.problems, bound.sources, session)
            raise click.exceptions.Exit(1)
        return rendering(bound.run(), question)

    return CommandProject(
        name=project.name, root=project.root, model=project.model, own=project.own_metrics, ask=ask
    )
