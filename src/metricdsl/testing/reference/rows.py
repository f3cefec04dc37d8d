"""Rows: those that an entity has, and the value of a formula for one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from metricdsl.syntax import nodes
from metricdsl.testing.reference.formulas import combined, parts_of
from metricdsl.testing.reference.functions import PARTS_OF_TIME, part_of_time
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope, Step, World
from metricdsl.testing.reference.periods import cell_of
from metricdsl.testing.reference.texts import converted
from metricdsl.testing.reference.values import Refused, Row, Settings, Value, plain, same, taken_in, true


@dataclass(frozen=True, eq=False)
class Place:
    """Where a formula over a row is read: the scope it was written in, the home it starts from, the aggregate's own time.

    Inside an aggregate or an entity a bare name is a column of the home; elsewhere names start at entities and roles.
    """

    scope: Scope
    home: Entity
    inside: bool
    via: tuple[str, ...] = ()
    time: Column | None = None
    opening: tuple[str, ...] = field(default=())  # derived columns being worked out, against circles


class Data:
    """The rows of the world."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.settings = settings
        self._rows: dict[int, list[Row]] = {}
        self._found: dict[tuple[int, int, str], Row | None] = {}

    # ------------------------------------------------------------ R(x)

    def rows(self, entity: Entity) -> list[Row]:
        """R(x): the rows that pass the `where` of the source and of the entity."""
        if id(entity) not in self._rows:
            scope, inside = entity.scope, True
            self._rows[id(entity)] = [
                row
                for row in self._sourced(entity)
                if all(true(self.value(w, row, Place(scope, entity, inside))) for w in entity.where)
            ]
        return self._rows[id(entity)]

    def _sourced(self, entity: Entity) -> Iterator[Row]:
        names = [name for name, _ in entity.table.columns]
        raw = Entity(entity.name, entity.scope, tuple(names), entity.table)
        place = Place(entity.scope, raw, inside=True)
        for cells in entity.table.rows:
            row = {n: taken_in(cell, self.settings.timezone) for n, cell in zip(names, cells, strict=True)}
            source = entity.source
            if source is None or all(true(self.value(w, row, place)) for w in source.where):
                mappings = source.mappings if source else ()
                yield {m.name: self.value(m.value, row, place) for m in mappings} or row

    # ------------------------------------------------------------ d(r)

    def column(self, column: Column, row: Row) -> Value:
        """d(r): along the path, null past a missing parent."""
        found: Row | None = row
        for step in column.path:
            found = None if found is None else self._parent(step, found)
        if found is None:
            return None
        if column.name is None:
            key = tuple(self.member(column.entity, k, found) for k in column.entity.key)
            return key[0] if len(key) == 1 else key
        value = self.member(column.entity, column.name, found)
        return value if column.grain is None else cell_of(plain(value), column.grain, self.settings)

    def _parent(self, step: Step, row: Row) -> Row | None:
        place = id(row), id(step.start), step.name
        if place not in self._found:
            wanted = [self.member(step.start, c.text, row) for c in step.join.columns]
            matches = []
            if all(w is not None for w in wanted):
                for candidate in self.rows(step.target):
                    key = [self.member(step.target, k, candidate) for k in step.target.key]
                    if all(k is not None and same(k, w) for k, w in zip(key, wanted, strict=True)):
                        matches.append(candidate)
            if len(matches) > 1:
                raise Refused(f"the key {wanted} of {step.target.name} is there more than once")
            self._found[place] = matches[0] if matches else None
        return self._found[place]

    def member(self, entity: Entity, name: str, row: Row, opening: tuple[str, ...] = ()) -> Value:
        """A column of an entity in one of its rows: worked out if it has a formula, else read."""
        member = entity.members.get(name)
        if member is not None and member.value is not None and name not in opening:
            return self.value(
                member.value, row, Place(entity.scope, entity, inside=True, opening=(*opening, name))
            )
        if name not in row:
            raise Refused(f"{entity.name} has no column {name}")
        return converted(row[name], member.type if member else None)

    # ------------------------------------------------------------ formulas over a row

    def value(self, formula: nodes.Expr, row: Row, place: Place) -> Value:
        """The value of a formula for a row."""
        opened = self.world.opened(formula, place.scope)
        if isinstance(opened, Constant):
            return opened.value
        formula, scope = opened
        place = replace(place, scope=scope)
        match formula:
            case nodes.Name():
                return self._named(formula, row, place)
            case nodes.Call(function=function) if function in AGGREGATES:
                raise Refused(f"{function}(…) inside a formula over rows")
            case nodes.InContext(body=body, words=words):
                if not all(isinstance(w, nodes.As) for w in words):
                    raise Refused("words of context inside a formula over rows")
                return self.value(body, row, place)
            case _:
                return combined(formula, partial(self.value, row=row, place=place), self.settings)

    def _named(self, name: nodes.Name, row: Row, place: Place) -> Value:
        home = place.home
        bare = len(name.parts) == 1
        if bare and place.inside and name.text in place.opening:
            return self.member(home, name.text, row, place.opening)
        own = bare and place.inside and (name.text in home.members or name.text in home.columns)
        segment = None if own else self.world.find(name.parts, place.scope, nodes.SegmentDecl)
        if segment is not None and not segment[2]:
            scope = segment[1]
            return self.value(segment[0].condition, row, replace(place, scope=scope, inside=False))
        if bare and not own and name.text == "today":
            return self.settings.today
        if bare and not own and name.text in PARTS_OF_TIME:
            if place.time is None:
                raise Refused(f"{name.text} of an aggregate without a time")
            return part_of_time(name.text, self.column(place.time, row))
        column = self.world.locate(name, place.scope, home, place.via, inside=place.inside)
        if column.name is not None and not column.path and place.opening:
            value = self.member(home, column.name, row, place.opening)
            return value if column.grain is None else cell_of(plain(value), column.grain, self.settings)
        return self.column(column, row)

    def names(self, formula: nodes.Expr, scope: Scope) -> Iterator[tuple[nodes.Name, Scope]]:
        """The names that a formula over rows looks at, parameters and definitions opened, segments left closed."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return
        formula, scope = opened
        if isinstance(formula, nodes.Name):
            yield formula, scope
        elif isinstance(formula, nodes.InContext):
            yield from self.names(formula.body, scope)
        for part in parts_of(formula):
            yield from self.names(part, scope)

    def moment(self, time: Column, row: Row) -> date | None:
        """The time of a row, a date or a reading of the local clock."""
        value = plain(self.column(time, row))
        if value is not None and not isinstance(value, date):
            raise Refused(f"{time.name} is no date or timestamp")
        return value


AGGREGATES = ("sum", "count", "avg", "min", "max", "median", "percentile", "rate")
