"""What a metric or an entity can be sliced by, as text."""

from metricdsl.analysis import Analysis, ReachableDimension, explain_dimensions
from metricdsl.analysis.contexts import aggregates
from metricdsl.diagnostics.problems.grain import plural
from metricdsl.diagnostics.problems.names import a
from metricdsl.model.types import Kind


def dimensions_text(analysis: Analysis, name: str) -> str:
    """One dimension in a line: its name in a query, its kind, the joins on the way, or why it cannot be used; then the entities
    that are not reached, with the reason.
    """
    model = analysis.model
    known = {**model.metrics, **model.entities}
    full = name if name in known else next((n for n in known if n.rpartition(".")[2] == name), name)
    found = explain_dimensions(analysis, full)
    lines = [(d.name, _kind(d), d.refusal or " → ".join(d.path)) for d in found]
    lines += [(entity, "no", reason) for entity, reason in _unreached(analysis, full)]
    if not lines:
        return "nothing"
    width = max(len(line[0]) for line in lines)
    kind = max(9, *(len(line[1]) for line in lines))
    return "\n".join(f"{name:<{width}}  {sort:<{kind}}  {rest}".rstrip() for name, sort, rest in lines)


def _kind(dimension: ReachableDimension) -> str:
    """The kind of its values; of keys that nothing declares, and of those in several parts, that they are keys."""
    return "key" if dimension.type.kind is Kind.UNKNOWN else dimension.type.kind.value


def _unreached(analysis: Analysis, full: str) -> list[tuple[str, str]]:
    """The entities that some home does not reach, and why."""
    model = analysis.model
    if full in model.entities:
        homes: tuple[str, ...] = (full,)
    elif full in model.metrics:
        homes = tuple(dict.fromkeys(a_.home for a_ in aggregates(model.metrics[full].formula)))
    else:
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
