"""Objectives over a scorecard: each stands as its worst, and its attainment is the weighted mean of what it is measured by."""

from collections.abc import Iterator, Mapping, Sequence

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import OBJECTIVES, Declared
from metricdsl.insight.goals import WORST_FIRST, Status
from metricdsl.insight.scorecard import Coverage, ObjectiveStatus, Row
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen(kw_only=True)
class Objective:
    """A node of the tree: what it says, and its metrics by their qualified names with their weights."""

    declared: Declared
    label: str
    said: Mapping[str, tuple[nodes.PropertyValue, ...]]
    under: str
    metrics: tuple[tuple[str, float], ...]


def objectives_of(analysis: Analysis) -> list[Objective]:
    """All objectives, in the order of their files."""
    directory = analysis.world.directory
    found = []
    for declared in directory.all("objective"):
        node = declared.node
        if not isinstance(node, nodes.ObjectiveDecl):
            continue
        said = {one.word: one.values for one in node.properties}
        above = [
            known[0].name
            for value in said.get("under", ())
            if isinstance(value, nodes.Name)
            and isinstance(known := directory.lookup(declared.scope, value.parts, OBJECTIVES), tuple)
        ]
        metrics = [
            known[0].name
            for value in said.get("metrics", ())
            if isinstance(value, nodes.Name)
            and isinstance(known := directory.lookup(declared.scope, value.parts), tuple)
        ]
        weights = [float(value.value) for value in said.get("weights", ()) if isinstance(value, nodes.Number)]
        pairs = zip(metrics, weights if len(weights) == len(metrics) else [1.0] * len(metrics), strict=True)
        found.append(
            Objective(
                declared=declared,
                label=node.label or node.name,
                said=said,
                under=above[0] if above else "",
                metrics=tuple(pairs),
            )
        )
    return found


def stand(objectives: Sequence[Objective], rows: Sequence[tuple[str, Row]]) -> tuple[ObjectiveStatus, ...]:
    """How the objectives stand that a scorecard's rows measure, each below the one that it is under; rows have their metric's name."""
    below: dict[str, list[Objective]] = {}
    for one in objectives:
        below.setdefault(one.under, []).append(one)
    names = {one.declared.name for one in objectives}
    tops = [one for one in objectives if one.under not in names]
    return tuple(told for top in tops for told in _stand(top, below, rows, 0))


def _stand(
    one: Objective, below: Mapping[str, Sequence[Objective]], rows: Sequence[tuple[str, Row]], depth: int
) -> list[ObjectiveStatus]:
    """An objective and those under it; nothing where no row measures any of them."""
    under = [_stand(child, below, rows, depth + 1) for child in below.get(one.declared.name, ())]
    own = [(row, weight) for name, weight in one.metrics for metric, row in rows if metric == name]
    if not own and not any(under):
        return []
    children = [told[0] for told in under if told]
    parts = [(row.status, row.title) for row, _ in own] + [(child.status, child.label) for child in children]
    judged = [(status, title) for status, title in parts if status.judged]
    status = next(
        (worst for worst in WORST_FIRST if any(found is worst for found, _ in judged)),
        Status.NO_DATA if any(found is Status.NO_DATA for found, _ in parts) else Status.NO_GOAL,
    )
    reached = [
        (min(part, 1.0), weight)
        for row, weight in own
        if (part := row.judgement.reached) is not None and row.status.judged
    ]
    reached += [(child.attainment, 1.0) for child in children if child.attainment is not None]
    total = sum(weight for _, weight in reached)
    due = next((v.value for v in one.said.get("due", ()) if isinstance(v, nodes.DateLiteral)), None)
    told = ObjectiveStatus(
        name=one.declared.name,
        label=one.label,
        level=_text(one, "level"),
        under=one.under,
        depth=depth,
        due=due,
        owner=_text(one, "owner"),
        status=status,
        attainment=sum(part * weight for part, weight in reached) / total if total else None,
        judged=len(judged),
        of=len(parts),
        because=tuple(title for found, title in judged if found is status)
        if status is not Status.AHEAD
        else (),
    )
    return [told, *(child for children_ in under for child in children_)]


def coverage(objectives: Sequence[Objective], rows: Sequence[Row]) -> Coverage:
    """The rows without a goal, and the objectives that nothing measures, neither they nor any under them."""
    measured = {one.declared.name for one in objectives if one.metrics}
    by_name = {one.declared.name: one for one in objectives}
    for one in objectives:
        if one.declared.name in measured:
            measured.update(_above(one, by_name))
    return Coverage(
        metrics_without_goal=tuple(dict.fromkeys(row.title for row in rows if row.status is Status.NO_GOAL)),
        objectives_without_metric=tuple(one.label for one in objectives if one.declared.name not in measured),
    )


def _above(one: Objective, by_name: Mapping[str, Objective]) -> Iterator[str]:
    seen: set[str] = set()
    while one.under in by_name and one.under not in seen:
        seen.add(one.under)
        yield one.under
        one = by_name[one.under]


def _text(one: Objective, word: str) -> str:
    from metricdsl.analysis.properties import property_text

    return ", ".join(property_text(value) for value in one.said.get(word, ()))
