"""Options that every command takes, and what they make of the surroundings (folder, environment, terminal)."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from metricdsl.value import frozen


@frozen(kw_only=True)
class Session:
    """What the command line was told and found: everything a command needs of the outside world."""

    project: Path | None
    quiet: bool
    color: bool
    debug: bool
    today: date | None
    plugins: bool
    principal: Mapping[str, str] | None = None

    @property
    def interactive(self) -> bool:
        """Whether a person sits before the standard error stream."""
        return sys.stderr.isatty() and not os.environ.get("CI")


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the common options to a command and hand it a `Session` first."""

    @click.option("--project", "project", type=click.Path(path_type=Path), help="The project's folder.")
    @click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="What counts as today (else the project's setting, else the clock).",
    )
    @click.option(
        "--as",
        "principal",
        multiple=True,
        metavar="NAME=VALUE",
        callback=pairs,
        help="What policies may know of you, as in --as team=EU (else the project's setting).",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and problems.")
    @click.option("--no-color", is_flag=True, help="No colour, also in a terminal.")
    @click.option("--no-plugins", is_flag=True, help="Leave out installed plugins.")
    @click.option("--debug", is_flag=True, help="Show tracebacks and what engines said.")
    @wraps(function)
    def command(
        *args: Any,
        project: Path | None,
        today: datetime | None,
        principal: Mapping[str, str],
        quiet: bool,
        no_color: bool,
        no_plugins: bool,
        debug: bool,
        **options: Any,
    ) -> Any:
        session = Session(
            project=project,
            quiet=quiet,
            color=_colored(no_color=no_color),
            debug=debug,
            today=None if today is None else today.date(),
            plugins=not (no_plugins or os.environ.get("METRICDSL_NO_PLUGINS")),
            principal=principal or None,
        )
        return function(session, *args, **options)

    return command


def parameter_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option by which values are given for parameters."""
    return click.option(
        "--param",
        "parameters",
        multiple=True,
        metavar="NAME=VALUE",
        callback=pairs,
        help="A value for a parameter, in place of its default, as in --param threshold=40.",
    )(function)


def pairs(context: click.Context, option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """The values of an option that is given as NAME=VALUE, by name."""
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise click.BadParameter(f"`{text}` is not NAME=VALUE", context, option)
        if name in found:
            raise click.BadParameter(f"`{name}` is given twice", context, option)
        found[name] = value
    return found


def _colored(*, no_color: bool) -> bool:
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
