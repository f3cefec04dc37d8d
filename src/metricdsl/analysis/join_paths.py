"""Join paths: which entities and roles each entity reaches, many-to-one, by the fewest joins."""

from collections.abc import Mapping

from attrs import field

from metricdsl.model.entity import Join
from metricdsl.value import frozen

TIES = 8  # paths kept of those equally short: enough to name them


@frozen
class Way:
    """A path of joins from an entity, and the entity where it ends."""

    joins: tuple[str, ...]
    end: str


@frozen
class Reach:
    """What an entity reaches: by entity, and by role (the name of the last join), the shortest ways there; several are a tie."""

    entities: Mapping[str, tuple[Way, ...]]
    roles: Mapping[str, tuple[Way, ...]]


@frozen
class Missing:
    """No way there; `child` tells that the other one leads here, so that the way would be from one to many."""

    child: bool


@frozen
class Tie:
    """Several ways, equally short."""

    ways: tuple[Way, ...]


@frozen(eq=False)
class JoinPaths:
    """The joins of all entities; what each reaches is worked out when first asked for, and kept."""

    joins: Mapping[str, Mapping[str, Join]]
    _kept: dict[str, Reach] = field(factory=dict, repr=False)

    def reach(self, home: str) -> Reach:
        """All that an entity reaches."""
        known = self._kept.get(home)
        if known is None:
            known = self._kept[home] = self._search(home)
        return known

    def way(
        self, home: str, entity: str | None, role: str | None, via: tuple[str, ...]
    ) -> Way | Tie | Missing:
        """The way from an entity to another, or to a role of that name: the only shortest one.

        `via` names joins to go by; else a join marked `default` decides where equally short ways part.
        """
        reach = self.reach(home)
        for join in reversed(via):
            by = self._by(reach, join, entity, role)
            if by:
                return self._settle(home, by)
        found: list[Way] = []
        if entity is not None:
            found.extend(reach.entities.get(entity, ()))
        if role is not None:
            found.extend(way for way in reach.roles.get(role, ()) if way not in found)
        if not found:
            return Missing(entity is not None and home in self.reach(entity).entities)
        return self._settle(home, found)

    def back(self, home: str, via: tuple[str, ...]) -> Way | Tie | None:
        """The way from rows of an entity to others of the same, if one is named: by `unit via parent`, a unit's parent."""
        for join in reversed(via):
            found = [way for way in self.reach(home).roles.get(join, ()) if way.end == home]
            if found:
                return self._settle(home, found)
        return None

    def backs(self, home: str) -> tuple[str, ...]:
        """The joins by which rows of an entity lead to others of the same, the nearest first."""
        return tuple(
            name for name, ways in self.reach(home).roles.items() if any(w.end == home for w in ways)
        )

    def _by(self, reach: Reach, join: str, entity: str | None, role: str | None) -> list[Way]:
        """The ways that go by a join."""
        found: list[Way] = []
        for first in reach.roles.get(join, ()):
            if role == join or first.end == entity:
                found.append(first)
                continue
            rest = self.reach(first.end)
            behind = (rest.entities.get(entity, ()) if entity else ()) or (
                rest.roles.get(role, ()) if role else ()
            )
            found.extend(Way(first.joins + way.joins, way.end) for way in behind)
        return found

    def _settle(self, home: str, found: list[Way]) -> Way | Tie:
        """The shortest, or of several the one that default joins lead to."""
        least = min(len(way.joins) for way in found)
        ways = [way for way in found if len(way.joins) == least]
        at = home
        for step in range(least):
            if len(ways) == 1:
                break
            names = {way.joins[step] for way in ways}
            if len(names) > 1:
                marked = [name for name in names if self.joins[at][name].default]
                if len(marked) != 1:
                    return Tie(tuple(ways))
                ways = [way for way in ways if way.joins[step] == marked[0]]
            at = self.joins[at][ways[0].joins[step]].target
        return ways[0]

    def _search(self, home: str) -> Reach:
        """Breadth first, level by level; all ways of the least length are kept."""
        entities: dict[str, list[Way]] = {home: [Way((), home)]}
        roles: dict[str, list[Way]] = {}
        level = [home]
        length = 0
        while level:
            length += 1
            following: list[str] = []
            for start in level:
                for join in self.joins.get(start, {}).values():
                    for way in entities[start]:
                        longer = Way((*way.joins, join.name), join.target)
                        _keep(roles, join.name, longer, length)
                        if _keep(entities, join.target, longer, length):
                            following.append(join.target)
            level = following
        return Reach(
            {name: tuple(ways) for name, ways in entities.items()},
            {name: tuple(ways) for name, ways in roles.items()},
        )


def _keep(found: dict[str, list[Way]], name: str, way: Way, length: int) -> bool:
    """Whether this is the first way to a name; a longer one than known is dropped."""
    ways = found.get(name)
    if ways is None:
        found[name] = [way]
        return True
    if len(ways[0].joins) == length and len(ways) < TIES:
        ways.append(way)
    return False
