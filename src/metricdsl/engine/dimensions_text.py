"""What a metric or an entity can be sliced by, as text."""

from collections.abc import Iterable

from metricdsl.analysis import Analysis, ReachableDimension, explain_dimensions
from metricdsl.analysis.contexts import aggregates
from metricdsl.diagnostics.problems.grain import plural
from metricdsl.diagnostics.problems.names import a, listed
from metricdsl.engine.at_hand import AtHand
from metricdsl.model.types import Kind


def dimensions_text(analysis: Analysis, name: str, looks: Iterable[AtHand] = ()) -> str:
    """One dimension in a line: its name in a query, its kind, the joins on the way, or why it cannot be used, for want of data
    too; then the entities that are not reached, with the reason.
    """
    model = analysis.model
    known = {**model.metrics, **model.entities}
    full = name if name in known else next((n for n in known if n.rpartition(".")[2] == name), name)
    found = explain_dimensions(analysis, full)
    looks = tuple(looks)
    homes = _homes(analysis, full)
    lines = [
        (d.name, _kind(d), d.refusal or _not_there(analysis, homes, d, looks) or " → ".join(d.path))
        for d in found
    ]
    lines += [(entity, "no", reason) for entity, reason in _unreached(analysis, full)]
    if not lines:
        return "nothing"
    width = max(len(line[0]) for line in lines)
    kind = max(9, *(len(line[1]) for line in lines))
    return "\n".join(f"{name:<{width}}  {sort:<{kind}}  {rest}".rstrip() for name, sort, rest in lines)


def _kind(dimension: ReachableDimension) -> str:
    """The kind of its values; of keys that nothing declares, and of those in several parts, that they are keys."""
    return "key" if dimension.type.kind is Kind.UNKNOWN else dimension.type.kind.value


def _homes(analysis: Analysis, full: str) -> tuple[str, ...]:
    """The entities that paths to a dimension start from."""
    model = analysis.model
    if full in model.entities:
        return (full,)
    if full not in model.metrics:
        return ()
    return tuple(dict.fromkeys(a_.home for a_ in aggregates(model.metrics[full].formula)))


def _not_there(
    analysis: Analysis, homes: tuple[str, ...], dimension: ReachableDimension, looks: Iterable[AtHand]
) -> str:
    """What the data at hand lacks of a dimension, or of a join to it."""
    entities = analysis.model.entities
    read = {(dimension.entity, dimension.name.rpartition(".")[2]): None}
    for home in homes:
        at = home
        for step in dimension.path:
            join = None if at not in entities else entities[at].joins.get(step)
            if join is None:
                break
            read.update(dict.fromkeys((at, column) for column in join.read))
            at = join.target
    told: dict[tuple[str, ...], list[str]] = {}
    for look in looks:
        needs = tuple(dict.fromkeys(need for one in read for need in look.lacking.get(one, ())))
        if needs:
            told.setdefault(needs, []).append(f"`{look.connection}`")
    said = [f"needs {listed(needs, 'and')} in {listed(tuple(names), 'and')}" for needs, names in told.items()]
    return f"not available: {', '.join(said)}" if said else ""


def _unreached(analysis: Analysis, full: str) -> list[tuple[str, str]]:
    """The entities that some home does not reach, and why."""
    model = analysis.model
    homes = _homes(analysis, full)
    if not homes:
        return []
    paths = analysis.world.paths
    found: list[tuple[str, str]] = []
    for entity in model.entities:
        lacking = next((home for home in homes if entity not in paths.reach(home).entities), None)
        if lacking is None:
            continue
        own, other = (n.rpartition(".")[2] for n in (lacking, entity))
        if lacking in paths.reach(entity).entities:
            reason = f"one {own} has many {plural(other)}: aggregate from {other}, or make a dimension of {own} of them"
        else:
            reason = f"no join leads from {a(own)} to {a(other)}"
        found.append((f"{other}.…", reason))
    return found
