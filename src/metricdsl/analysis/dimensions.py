"""What one can slice by: the dimensions that an entity, or every home of a metric, reaches, and how."""

from attrs import frozen

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.contexts import aggregates
from metricdsl.model.entity import Entity, Role
from metricdsl.model.types import ValueType


@frozen(kw_only=True)
class ReachableDimension:
    """A dimension by the name a query uses, with the joins to it. `refusal` says why it cannot be used by its short name."""

    name: str
    type: ValueType
    role: Role
    path: tuple[str, ...]
    entity: str
    label: str | None = None
    refusal: str = ""


def explain_dimensions(analysis: Analysis, name: str) -> tuple[ReachableDimension, ...]:
    """The dimensions of an entity, or those that all homes of a metric reach; both by qualified name.

    An unknown name has none.
    """
    model = analysis.model
    if name in model.entities:
        return _of_entity(analysis, name)
    metric = model.metrics.get(name)
    if metric is None:
        return ()
    homes = tuple(dict.fromkeys(aggregate.home for aggregate in aggregates(metric.formula)))
    if not homes:
        return ()
    found = _of_entity(analysis, homes[0])
    for home in homes[1:]:
        others = {(d.name, d.entity) for d in _of_entity(analysis, home)}
        found = tuple(d for d in found if (d.name, d.entity) in others)
    return found


def _of_entity(analysis: Analysis, home: str) -> tuple[ReachableDimension, ...]:
    """Own dimensions first, then those of entities ever further away."""
    found = _columns(analysis.model.entities[home], _short(home), (), "")
    reach = analysis.world.paths.reach(home)
    ways = sorted(
        ((len(way.joins), role, way, ways) for role, ways in reach.roles.items() for way in ways[:1]),
        key=lambda item: (item[0], item[1]),
    )
    for _, role, way, ties in ways:
        refusal = ""
        name = role
        if len(ties) > 1:
            name = ".".join((_short(home), *way.joins))
            refusal = f"{role} is reached by {' and '.join('.'.join(tie.joins) for tie in ties)}: say which"
        entity = analysis.model.entities.get(way.end)
        if entity is not None:
            found += _columns(entity, name, way.joins, refusal)
    return tuple(found)


def _columns(entity: Entity, prefix: str, path: tuple[str, ...], refusal: str) -> list[ReachableDimension]:
    """The times and dimensions of an entity, under a prefix."""
    return [
        ReachableDimension(
            name=f"{prefix}.{column.name}",
            type=column.type,
            role=column.role,
            path=path,
            entity=entity.name,
            label=column.label,
            refusal=refusal,
        )
        for column in entity.columns.values()
        if column.role in {Role.TIME, Role.DIMENSION}
    ]


def _short(name: str) -> str:
    return name.rpartition(".")[2]
