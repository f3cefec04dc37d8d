"""Checks that plugins contribute: they look at what the definitions mean, and say what a house would have otherwise."""

from collections.abc import Callable, Iterable

from metricdsl.model.semantic_model import SemanticModel
from metricdsl.value import frozen


@frozen(kw_only=True)
class Finding:
    """What a check found: the metric or entity by its full name, what is wrong in a sentence, and what to do."""

    name: str
    message: str
    fix: str = ""


@frozen(kw_only=True)
class CheckDef:
    """A rule of a house. `number` tells it from the others of its plugin: `house-101`. It finds, and never refuses."""

    number: int
    doc: str
    look: Callable[[SemanticModel], Iterable[Finding]]

    @property
    def name(self) -> str:
        """The number, as a name among the contributions of the plugin."""
        return str(self.number)
