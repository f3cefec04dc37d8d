"""Entities whose `where` needs, by way of joins, the rows that it chooses.

    entity deal from deals { where previous.status = "won"  key deal_id  join previous: deal on account_id before created_at }

Which deals count would depend on which deals count.
"""

from collections.abc import Mapping

from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.model.entity import Entity
from metricdsl.model.formula import Call, ColumnRef, Expression


def scope_circles(entities: Mapping[str, Entity]) -> dict[str, CircularDefinition]:
    """The entities whose row scope leads back to them, each with its problem; one problem for each circle."""
    needs = {name: _reached(entity, entities) for name, entity in entities.items()}
    found: dict[str, CircularDefinition] = {}
    for name in sorted(entities):
        circle = () if name in found else _circle(name, needs)
        if not circle:
            continue
        problem = CircularDefinition(
            circle=tuple(one.rpartition(".")[2] for one in circle), span=entities[name].span
        )
        found.update(dict.fromkeys(circle, problem))
    return found


def _circle(start: str, needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from an entity back to itself, without its end; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = set[str]()
    for way in ways:
        for following in needs.get(way[-1], ()):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def _reached(entity: Entity, entities: Mapping[str, Entity]) -> tuple[str, ...]:
    """The entities that the row scope of one looks at."""
    found: dict[str, None] = {}
    waiting: list[Expression] = [] if entity.scope is None else [entity.scope]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Call):
            waiting.extend(here.arguments)
        elif isinstance(here, ColumnRef):
            at = entity
            for step in here.path:
                at = entities[at.joins[step].target]
                found[at.name] = None
    return tuple(found)
