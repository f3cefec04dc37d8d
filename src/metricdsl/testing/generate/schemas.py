"""Entities with keys, columns, times and many-to-one joins; what a name reaches from where."""

from collections.abc import Iterator

from hypothesis import strategies as st

from metricdsl.testing.generate.names import Fresh, written
from metricdsl.value import frozen

KINDS = ("integer", "decimal", "float", "text", "boolean", "date", "timestamp")


@frozen
class ColumnShape:
    """A stored column; `declared` is how its entity declares it, `stored` its type in the table."""

    name: str
    kind: str
    declared: str
    stored: str

    @property
    def unit(self) -> str:
        """What sums of it are counted in."""
        return "USD" if "money" in self.declared else ""


@frozen
class JoinShape:
    """A many-to-one join; its name is the target's or a role."""

    name: str
    target: int
    columns: tuple[str, ...]


@frozen(eq=False)
class EntityShape:
    """An entity and its table."""

    name: str
    table: str
    keys: tuple[str, ...]
    text_keys: bool
    columns: tuple[ColumnShape, ...]
    joins: tuple[JoinShape, ...]
    default_time: str | None

    def of_kind(self, *kinds: str) -> list[ColumnShape]:
        return [c for c in self.columns if c.kind in kinds]

    @property
    def time(self) -> ColumnShape | None:
        """The time that its aggregates have of themselves."""
        times = self.of_kind("date", "timestamp")
        if len(times) == 1:
            return times[0]
        return next((t for t in times if t.name == self.default_time), None)


@frozen(eq=False)
class Schema:
    """Entities; joins lead from later ones to earlier ones, so that there is no circle."""

    entities: tuple[EntityShape, ...]

    def reached(self, home: EntityShape, word: str) -> EntityShape | None:
        """The entity that a name starting with `word` leads to from a home; None where nothing or a tie does."""
        if word == home.name:
            return home
        own = next((j for j in home.joins if j.name == word), None)
        if own:
            return self.entities[own.target]
        found = sorted(
            ((len(p), self.entities[p[-1].target]) for p in self._paths(home) if self._ends_at(p, word)),
            key=lambda pair: pair[0],
        )
        shortest = [e for n, e in found if n == found[0][0]]
        return shortest[0] if len(shortest) == 1 else None

    def words(self, homes: list[EntityShape]) -> list[tuple[str, EntityShape]]:
        """The entity and role names that lead all homes to one and the same entity."""
        words = [e.name for e in self.entities] + [j.name for e in self.entities for j in e.joins]
        found = []
        for word in dict.fromkeys(words):
            ends = {id(e): e for e in (self.reached(h, word) for h in homes)}
            (end,) = ends.values() if len(ends) == 1 else (None,)
            if end is not None:
                found.append((word, end))
        return found

    def _paths(self, home: EntityShape) -> Iterator[tuple[JoinShape, ...]]:
        for join in home.joins:
            yield (join,)
            for path in self._paths(self.entities[join.target]):
                yield (join, *path)

    def _ends_at(self, path: tuple[JoinShape, ...], word: str) -> bool:
        return path[-1].name == word or self.entities[path[-1].target].name == word


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """One to four entities, each but the first perhaps joined to earlier ones, perhaps twice in different roles."""
    fresh = Fresh(draw)  # entities and roles
    tables = Fresh(draw)
    made: list[EntityShape] = []
    for number in range(draw(st.integers(1, 4))):
        made.append(draw(_entities(fresh, tables.name(), tuple(made), number)))
    return Schema(tuple(made))


@st.composite
def _entities(
    draw: st.DrawFn, fresh: Fresh, table: str, earlier: tuple[EntityShape, ...], number: int
) -> EntityShape:
    targets = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2)) if earlier else []
    names: list[str] = []
    for target in targets:
        free = earlier[target].name not in names
        names.append(earlier[target].name if free and draw(st.booleans()) else fresh.name())
    columns = Fresh(draw, names)
    keys = tuple(columns.name() for _ in range(draw(st.sampled_from((1, 1, 1, 1, 1, 2)))))
    joins = [
        JoinShape(name, target, tuple(columns.name() for _ in earlier[target].keys))
        for name, target in zip(names, targets, strict=True)
    ]
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    shapes = tuple(draw(_columns(columns.name(), kind)) for kind in kinds)
    times = [c.name for c in shapes if c.kind in {"date", "timestamp"}]
    default = draw(st.sampled_from([*times, None])) if times else None
    return EntityShape(fresh.name(), table, keys, draw(st.booleans()), shapes, tuple(joins), default)


@st.composite
def _columns(draw: st.DrawFn, name: str, kind: str) -> ColumnShape:
    if kind == "decimal":
        declared = draw(st.sampled_from(("decimal(2)", "money(USD, 2)")))
        return ColumnShape(name, kind, declared, "decimal(2)")
    return ColumnShape(name, kind, kind, kind)


def definition(entity: EntityShape, schema: Schema, derived: tuple[str, ...]) -> str:
    """The entity as a `.metric` file declares it."""
    lines = [f"  key {', '.join(map(written, entity.keys))}"]
    for join in entity.joins:
        target = schema.entities[join.target].name
        role = "" if join.name == target else f": {written(target)}"
        lines.append(f"  join {written(join.name)}{role} on {', '.join(map(written, join.columns))}")
    for column in entity.columns:
        name = written(column.name)
        if column.kind in {"date", "timestamp"}:
            suffix = " default" if column.name == entity.default_time else ""
            lines.append(f"  time {name} : {column.declared}{suffix}")
        elif column.kind in {"text", "boolean"}:
            lines.append(f"  dimension {name} : {column.declared}")
        else:
            lines.append(f"  fact {name} : {column.declared}")
    body = "\n".join([*lines, *(f"  {d}" for d in derived)])
    return f"entity {written(entity.name)} from {written(entity.table)} {{\n{body}\n}}\n"
