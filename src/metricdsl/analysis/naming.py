"""Declarations that properties name: `replaced by won_share`, `implements core.churn`, `under grow`."""

from collections.abc import Iterable, Mapping

from attrs import evolve

from metricdsl.analysis.agreement import said
from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import NAMES, REPORTS, Clash, Declared
from metricdsl.analysis.properties import property_text
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.declared_types import DeclaredTypeDiffers
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.model.metric import Metric
from metricdsl.model.types import Kind
from metricdsl.model.unit import Base, Unit
from metricdsl.syntax import nodes

REPLACED, IMPLEMENTS = "replaced by", "implements"
SORTS = {"metric": NAMES, "define": NAMES, "segment": NAMES, "report": REPORTS}
"""What has these properties, and where its names are."""


def named(
    work: Work, declared: Declared, value: nodes.PropertyValue, sort: str, space: str
) -> Declared | None:
    """The declaration of a sort that a property names."""
    directory = work.world.directory
    parts = value.parts if isinstance(value, nodes.Name) else (property_text(value),)
    found = directory.lookup(declared.scope, parts, space)
    if isinstance(found, Clash):
        work.report(AmbiguousName(name=".".join(parts), candidates=found.candidates, span=value.span))
        return None
    if found is not None and found[1] == len(parts) and found[0].sort in {sort, "broken"}:
        return found[0]
    if not declared.scope.incomplete:
        name = ".".join(parts)
        close = near(name, directory.visible(declared.scope, sort, space=space))
        work.report(UnknownName(name=name, where=f"among the {sort}s", near=close, span=value.span))
    return None


def check_naming(analysis: Analysis) -> list[Problem]:
    """The problems of what metrics, defines, segments and reports say that they are replaced by, or implement."""
    found: list[Problem] = []
    onwards: dict[tuple[str, str], dict[str, tuple[Declared, str]]] = {}
    for declared, one in _naming(analysis):
        work = Work(analysis.world, analysis.need)
        for value in one.values:
            other = named(work, declared, value, declared.sort, SORTS[declared.sort])
            if other is None or other.sort == "broken":
                continue
            kept = onwards.setdefault((declared.sort, one.word), {})
            kept.setdefault(declared.name, (declared, other.name))
            if other is declared:
                text = f"{declared.node.name} is {_says(one.word)} itself"
                fix = f"name another {declared.sort}, or take `{one.word}` away"
                work.report(WrongArguments(text=text, fix=fix, span=value.span))
            elif one.word == IMPLEMENTS and declared.sort == "metric":
                _comparable(analysis, work, declared, other, value)
        found.extend(work.problems)
    for (_, word), kept in onwards.items():
        found.extend(_circles(word, kept))
    return found


def _naming(analysis: Analysis) -> Iterable[tuple[Declared, nodes.Property]]:
    for sort in SORTS:
        for declared in analysis.world.directory.all(sort):
            if declared.says.isdisjoint({REPLACED, IMPLEMENTS}):
                continue
            for one in getattr(declared.node, "properties", ()):
                if one.word in {REPLACED, IMPLEMENTS}:
                    yield declared, one


def _says(word: str) -> str:
    return "replaced by" if word == REPLACED else "said to implement"


def _comparable(
    analysis: Analysis, work: Work, declared: Declared, other: Declared, value: nodes.PropertyValue
) -> None:
    """A variant of a metric has its unit: whoever puts the two side by side compares like with like.

    What it counts is its own: accounts in one industry are subscribers in another, and each has its currency.
    """
    own, concept = (analysis.model.metrics.get(d.name) for d in (declared, other))
    if own is None or concept is None or _measure(own) == _measure(concept):
        return
    if Kind.UNKNOWN in {own.type.kind, concept.type.kind}:
        return
    work.report(
        DeclaredTypeDiffers(
            text=f"{declared.node.name} is {said(own.type)}, and {other.node.name}, which it implements, is "
            f"{said(concept.type)}",
            fix="correct the formula, or name the metric that it is a variant of",
            span=value.span,
        )
    )


def _measure(one: Metric) -> object:
    """What can be compared of a metric: its kind, and its unit whatever the entities and currencies are called."""
    if not one.type.kind.numeric:
        return one.type.kind
    unit = one.type.unit
    return Unit.product(((_alike(base), exponent) for base, exponent in unit.powers), unit.form)


def _alike(base: Base) -> Base:
    return base if base.kind in {"time", "declared"} else evolve(base, kind=base.kind[:8], name="")


def _circles(word: str, onwards: Mapping[str, tuple[Declared, str]]) -> Iterable[Problem]:
    """Declarations that name one another in a circle, told at the first by name."""
    for start, (declared, _) in onwards.items():
        names = [start]
        while (following := onwards.get(names[-1])) is not None and following[1] not in names:
            names.append(following[1])
        closed = following is not None and following[1] == start
        if closed and len(names) > 1 and start == min(names):
            text = (
                f"{' → '.join(n.rpartition('.')[2] for n in (*names, start))}: each is {_says(word)} the next"
            )
            fix = f"take `{word}` away from the one that is to stay"
            yield WrongArguments(text=text, fix=fix, span=declared.node.name_span)
