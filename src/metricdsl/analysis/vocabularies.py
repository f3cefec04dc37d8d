"""Vocabularies: facets whose words the language has already, and lists of values that say one of them twice."""

from collections.abc import Iterable, Iterator

from metricdsl.analysis.directory import Directory
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.shared_names import ShadowedName
from metricdsl.diagnostics.problems.syntax import RepeatedClause
from metricdsl.source import Span
from metricdsl.syntax import nodes


def check_facets(directory: Directory, properties: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with facets: one that is called like a property would never be read."""
    known = frozenset(properties)
    for declared in directory.all("facet"):
        node = declared.node
        if isinstance(node, nodes.FacetDecl):
            if node.name in known:
                yield ShadowedName(name=node.name, built_in="property", span=node.name_span)
            yield from repeated_values(zip(node.values, node.places, strict=True))


def repeated_values(values: Iterable[tuple[str, Span]]) -> Iterator[Problem]:
    """The values of a list that stand in it before, each to be taken away with the comma in front of it."""
    seen: dict[str, Span] = {}
    before: Span | None = None
    for value, span in values:
        first = seen.setdefault(value, span)
        if first is not span and before is not None:
            rest = Span(span.file, before.end, span.end)
            yield RepeatedClause(clause=value, first=first, superfluous=rest, span=span)
        before = span
