"""What a package requires its metrics to say of themselves: `require class, about, label zh`.

A requirement holds for the metrics of its package and of the packages under it. It is nobody else's: what a project adds to a
pack bears what the project requires.
"""

from collections.abc import Iterator, Mapping

from metricdsl.analysis.directory import FACETS, Clash, Declared, Directory
from metricdsl.analysis.properties import LATER, WORDS
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.names import UnknownProperty
from metricdsl.diagnostics.problems.requirements import Lacking, LacksRequired
from metricdsl.diagnostics.problems.syntax import RepeatedClause
from metricdsl.syntax import nodes

KNOWN = tuple(word for word in WORDS if word not in LATER and word != "replaced by")
"""What can be required; the rest is said of some metrics only, of one that is deprecated, say."""


def check_requirements(directory: Directory) -> Iterator[Problem]:
    """The problems of all requirements, and the metrics that do not meet them."""
    required = [one for one in directory.unnamed if isinstance(one.node, nodes.RequireDecl)]
    by_package: dict[str, dict[str, tuple[Declared, nodes.Borne]]] = {}
    for declared in required:
        known = by_package.setdefault(declared.scope.package, {})
        for one in _words(declared):
            if one.word not in KNOWN and _values(directory, declared, one.word) is None:
                if not declared.scope.incomplete:
                    yield _unknown(directory, declared, one)
            elif one.text in known:
                yield RepeatedClause(clause=one.text, first=known[one.text][1].span, span=one.span)
            else:
                known[one.text] = declared, one
    if by_package:
        for metric in directory.all("metric"):
            yield from _lacking(directory, metric, by_package)


def _words(declared: Declared) -> tuple[nodes.Borne, ...]:
    assert isinstance(declared.node, nodes.RequireDecl), "they were chosen by it"
    return declared.node.words


def _unknown(directory: Directory, declared: Declared, one: nodes.Borne) -> Problem:
    """That a word is no property of a metric and no facet."""
    known = (*KNOWN, *directory.visible(declared.scope, space=FACETS))
    return UnknownProperty(word=one.word, near=near(one.word, known), known=known, span=one.span)


def _values(directory: Directory, declared: Declared, word: str) -> tuple[str, ...] | None:
    """The values of a facet; None where there is none of that name."""
    found = directory.lookup(declared.scope, (word,), FACETS)
    if found is None or isinstance(found, Clash):
        return None
    node = found[0].node
    return node.values if isinstance(node, nodes.FacetDecl) else ()


def _lacking(
    directory: Directory,
    metric: Declared,
    by_package: Mapping[str, Mapping[str, tuple[Declared, nodes.Borne]]],
) -> Iterator[Problem]:
    """What a metric does not say. A text without a language may be in any."""
    own = metric.scope.package
    for package, required in by_package.items():
        if own != package and not (package and own.startswith(f"{package}.")):
            continue
        lacking = [(declared, one) for declared, one in required.values() if one.text not in metric.says]
        if lacking:
            yield LacksRequired(
                name=metric.node.name,
                lacking=tuple(
                    Lacking(one.text, _values(directory, declared, one.word) or ())
                    for declared, one in lacking
                ),
                package=package,
                stated=lacking[0][1].span,
                span=metric.node.name_span,
            )
