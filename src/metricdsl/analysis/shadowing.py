"""Own names that would hide those of a package that is used: whoever reads one takes it for the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.shared_names import ShadowedName
from metricdsl.syntax import nodes

SHADOWING = ("names", "reports", "facets")
"""The spaces of names that a `use` brings in, and that formulas and questions read."""


class Using(Protocol):
    """Whose names count in a file."""

    @property
    def package(self) -> str:
        """Its own package."""
        ...

    @property
    def uses(self) -> Sequence[str]:
        """The packages that are used as they are."""
        ...

    @property
    def aliases(self) -> Mapping[str, str]:
        """The packages that are used under names."""
        ...


class Known(Protocol):
    """A declaration by its name."""

    @property
    def name(self) -> str:
        """In full."""
        ...

    @property
    def sort(self) -> str:
        """Of what sort it is."""
        ...

    @property
    def node(self) -> nodes.Declaration:
        """As it is written."""
        ...


def shadowing(
    scopes: Iterable[Using], spaces: Mapping[str, Mapping[str, Mapping[str, Known]]]
) -> Iterator[Problem]:
    """Names of a package that one it uses has as well, and names for packages that are those of its own."""
    seen: set[tuple[str, str]] = set()
    for scope in scopes:
        for used in scope.uses:
            if (scope.package, used) in seen:
                continue
            seen.add((scope.package, used))
            for space in SHADOWING:
                own, theirs = (spaces[space].get(package, {}) for package in (scope.package, used))
                for name in own.keys() & theirs.keys():
                    if "broken" not in {own[name].sort, theirs[name].sort} and not _overrides(own[name]):
                        yield _shadowed(own[name], theirs[name], used)
        for alias, package in scope.aliases.items():
            own_name = spaces["names"].get(scope.package, {}).get(alias)
            if own_name is not None and own_name.sort != "broken":
                yield ShadowedName(name=alias, alias=package, span=own_name.node.name_span)


def _shadowed(own: Known, theirs: Known, used: str) -> Problem:
    return ShadowedName(
        name=own.node.name,
        other=theirs.name,
        used=used,
        place=theirs.node.name_span,
        may_override=own.sort == theirs.sort and own.sort in {"metric", "segment", "define"},
        span=own.node.name_span,
    )


def _overrides(own: Known) -> bool:
    """Whether a declaration says that it stands for one of its own name."""
    said = (one for one in getattr(own.node, "properties", ()) if one.word == "overrides")
    values = (value for one in said for value in one.values if isinstance(value, nodes.Name))
    return any(value.parts[-1] == own.node.name for value in values)
