"""Which source binds a table that a package reads."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from metricdsl.syntax import nodes
from metricdsl.testing.reference.values import Refused


class Using(Protocol):
    """Where a source is written: what its file uses."""

    @property
    def uses(self) -> tuple[tuple[str, str | None], ...]:
        """The packages, each with the name for it if it has one."""
        ...


F = TypeVar("F", bound=Using)


def binding(
    read: str, package: str, sources: Iterable[tuple[nodes.SourceDecl, F]]
) -> tuple[nodes.SourceDecl, F] | None:
    """The source of this name in a file that uses the package, one of the project's own before those of plugins."""
    known = [(s, file) for s, file in sources if s.name == read and package in [u for u, _ in file.uses]]
    own = [one for one in known if ":" not in one[0].span.file]
    chosen = own or known
    if len(chosen) > 1:
        raise Refused(f"{len(chosen)} sources bind {read} of {package}")
    return chosen[0] if chosen else None
