"""Commands that plugins contribute: functions that a manifest names under `[[command]]`, run as `metric PLUGIN.NAME ARGUMENTS…`."""

from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeAlias

from metricdsl.model.semantic_model import SemanticModel
from metricdsl.spi.renderers import Rendering
from metricdsl.value import frozen


@frozen(kw_only=True)
class CommandProject:
    """The project that a command is run in. `own` are the full names of the metrics that it declares itself, beside those of packs.

    `ask` answers a question; what is wrong with that ends the command, told as `metric query` tells it.
    """

    name: str
    root: Path
    model: SemanticModel
    own: tuple[str, ...]
    ask: Callable[[str], Rendering]


@frozen(kw_only=True)
class CommandCall:
    """What a command is given: the words behind its name, and where results (`out`) and everything else (`err`) are written.

    `open_project` gives the project around; where there is none, or it cannot be used, the command ends with that.
    """

    arguments: tuple[str, ...]
    open_project: Callable[[], CommandProject]
    out: TextIO
    err: TextIO


Command: TypeAlias = Callable[[CommandCall], int | None]
"""Gives the exit status: 0 (or None) fine, 1 findings, 2 could not."""
