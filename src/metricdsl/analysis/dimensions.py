"""What one can slice by: the dimensions that an entity, or every home of a metric, reaches, and how."""

from collections.abc import Iterator

from attrs import evolve

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.contexts import aggregates
from metricdsl.analysis.join_paths import Reach, Tie, Way
from metricdsl.diagnostics.problems.names import listed
from metricdsl.model.entity import Entity, Role
from metricdsl.model.types import UNKNOWN, ValueType
from metricdsl.value import frozen


@frozen(kw_only=True)
class ReachableDimension:
    """A dimension by the name a query uses, with the joins to it. `refusal` says why it cannot be used by this name.

    The key of a row that is joined is one too (`order.customer`): `is_key`, and its type is unknown where it has several parts.
    """

    name: str
    type: ValueType
    role: Role
    path: tuple[str, ...]
    entity: str
    label: str | None = None
    refusal: str = ""
    is_key: bool = False


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
    each = [_of_entity(analysis, home) for home in homes]
    if len(each) == 1:
        return each[0]
    known = [{_thing(dimension): dimension for dimension in found} for found in each]
    shared: list[ReachableDimension] = []
    for dimension in each[0]:
        others = [found[_thing(dimension)] for found in known if _thing(dimension) in found]
        if len(others) == len(homes):
            shared.append(next((other for other in others if other.refusal), dimension))
    paths = {d.path for d in shared if d.is_key}
    shared.extend(d for d in _joined_by_all(analysis, homes) if d.path not in paths)
    return tuple(sorted(shared, key=lambda d: (bool(d.refusal), len(d.path))))


def _joined_by_all(analysis: Analysis, homes: tuple[str, ...]) -> Iterator[ReachableDimension]:
    """The keys of rows that all homes reach by one name: `customer`, where `order.customer` is a name of one home only."""
    first, *others = (
        {name: way for name, way in _ways(analysis, home) if isinstance(way, Way)} for home in homes
    )
    for name, way in first.items():
        entity = analysis.model.entities.get(way.end)
        if entity is not None and all(name in other and other[name].end == way.end for other in others):
            yield from _key_of(entity, name, way.joins)


def _thing(dimension: ReachableDimension) -> tuple[str, str]:
    return dimension.name, dimension.entity


def _of_entity(analysis: Analysis, home: str) -> tuple[ReachableDimension, ...]:
    """Own dimensions first, then those of entities ever further away, then the names that several paths lead to."""
    entities = analysis.model.entities
    found = [*_columns(entities[home], _short(home), ()), *_keys(analysis, entities[home], _short(home), ())]
    tied: list[ReachableDimension] = []
    for name, way in _ways(analysis, home):
        if isinstance(way, Tie):
            tied.extend(_tied(analysis, home, name, way))
        elif way.end in entities:
            found.extend(_columns(entities[way.end], name, way.joins))
            found.extend(_keys(analysis, entities[way.end], name, way.joins))
    return (*found, *tied)


def _ways(analysis: Analysis, home: str) -> list[tuple[str, Way | Tie]]:
    """The names of joined rows, the nearest first: of joins, and of entities where no join of that name leads there the same way."""
    paths = analysis.world.paths
    reach = paths.reach(home)
    ended = {_short(entity): entity for entity in reach.entities if _short(entity) != _short(home)}
    found: list[tuple[int, str, Way | Tie]] = []
    for name in {**reach.roles, **ended}:
        way = paths.way(home, ended.get(name), name if name in reach.roles else None, ())
        match way:
            case Way(joins=joins) if name in reach.roles or _settled(reach, ended[name], joins):
                found.append((len(joins), name, way))
            case Tie(ways=ways):
                found.append((len(ways[0].joins), name, way))
            case _:
                pass
    return [(name, way) for _, name, way in sorted(found, key=lambda item: item[:2])]


def _settled(reach: Reach, entity: str, joins: tuple[str, ...]) -> bool:
    """Whether an entity's name says more than the last join of the path to it: a default chose it, or that join is no name for it."""
    of_join = reach.roles[joins[-1]]
    return len(reach.entities[entity]) > 1 or len(of_join) > 1 or of_join[0].joins != joins


def _tied(analysis: Analysis, home: str, name: str, tie: Tie) -> Iterator[ReachableDimension]:
    """What a name would mean that several paths lead to, each refused with the paths that settle it."""
    ends = [analysis.model.entities[way.end] for way in tie.ways if way.end in analysis.model.entities]
    paths = tuple(".".join(way.joins) for way in tie.ways)
    seen: set[str] = set()
    for end in ends:
        for found in (*_columns(end, name, tie.ways[0].joins), *_key_of(end, name, tie.ways[0].joins)):
            if found.name not in seen and (found.is_key or found.role is not Role.COLUMN):
                seen.add(found.name)
                rest = found.name.removeprefix(name)
                reason = f"from {_short(home)} by {listed(paths, 'and')}"
                ways = listed(tuple(path + rest for path in paths))
                yield evolve(found, path=(), refusal=f"{reason}: say {ways}")


def _columns(entity: Entity, prefix: str, path: tuple[str, ...]) -> Iterator[ReachableDimension]:
    """The times, dimensions and foreign keys of an entity, under a prefix; of the home its key too."""
    raw = {column for join in entity.joins.values() for column in join.columns}
    if path == ():
        raw.update(entity.key)
    for column in entity.columns.values():
        if column.role in {Role.TIME, Role.DIMENSION} or (column.role is Role.COLUMN and column.name in raw):
            yield ReachableDimension(
                name=f"{prefix}.{column.name}",
                type=column.type,
                role=column.role,
                path=path,
                entity=entity.name,
                label=column.label,
            )


def _keys(
    analysis: Analysis, entity: Entity, prefix: str, path: tuple[str, ...]
) -> Iterator[ReachableDimension]:
    """The keys of the rows that an entity joins."""
    for join in entity.joins.values():
        target = analysis.model.entities.get(join.target)
        if target is not None:
            yield from _key_of(target, f"{prefix}.{join.name}", (*path, join.name))


def _key_of(entity: Entity, name: str, path: tuple[str, ...]) -> Iterator[ReachableDimension]:
    """The key of an entity's row, by the name of the row; nothing where it has none."""
    if entity.key:
        parts = [entity.columns[part] for part in entity.key if part in entity.columns]
        yield ReachableDimension(
            name=name,
            type=parts[0].type if len(parts) == 1 else UNKNOWN,
            role=Role.COLUMN,
            path=path,
            entity=entity.name,
            label=entity.label,
            is_key=True,
        )


def _short(name: str) -> str:
    return name.rpartition(".")[2]
