"""Importers and exporters that plugins contribute: functions that a manifest names under `[[importer]]` and `[[exporter]]`.

Both say what they leave out, and why: what comes out with another meaning is worse than what is missing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from metricdsl.model.semantic_model import SemanticModel
from metricdsl.value import frozen


class CannotRead(Exception):  # noqa: N818 - what it says is about a file, and told to whoever gave it
    """Raised by an importer where a file cannot be read as a whole: nothing is taken over then."""

    def __init__(self, file: Path | str, why: str, instead: str = "") -> None:
        super().__init__(f"{file}: {why}")
        self.file, self.why, self.instead = str(file), why, instead


@frozen(kw_only=True)
class Loss:
    """What is left out (`metric revenue`, `the label of metric revenue`), why, and what to do instead.

    `file` and `line` (counted from 1) are its place in what is imported; `name` is the full name of the metric that is exported.
    """

    what: str
    why: str
    instead: str = ""
    file: str = ""
    line: int | None = None
    name: str = ""


@frozen(kw_only=True)
class Declaration:
    """One declaration in the language, made of what stands at a line of a file; `what` is what it is called in messages."""

    what: str
    text: str
    file: str = ""
    line: int | None = None


@frozen(kw_only=True)
class Imported:
    """What an importer gives. Declarations that do not check are left out by whoever called it, and told as losses."""

    declarations: tuple[Declaration, ...] = ()
    losses: tuple[Loss, ...] = ()


@frozen(kw_only=True)
class ToExport:
    """What an exporter gets: what the definitions mean, and the full names of the metrics that are asked for."""

    project: str
    model: SemanticModel
    metrics: tuple[str, ...]


@frozen(kw_only=True)
class Exported:
    """What an exporter gives: a text in its format, the names of the metrics that it has, and what it leaves out."""

    text: str
    metrics: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()


Importer: TypeAlias = Callable[[Sequence[Path]], Imported]
Exporter: TypeAlias = Callable[[ToExport], Exported]
