"""Rows: those that an entity has, and the value of a formula for one of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from typing import Protocol

from metricdsl.syntax import nodes
from metricdsl.testing.reference import measured
from metricdsl.testing.reference.business import business_time
from metricdsl.testing.reference.formulas import combined, parts_of
from metricdsl.testing.reference.functions import PARTS_OF_TIME, a_date, part_of_time
from metricdsl.testing.reference.joins import found_row
from metricdsl.testing.reference.measures import Measure, product
from metricdsl.testing.reference.money import converted as converted_money
from metricdsl.testing.reference.money import converts
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope, Step, World
from metricdsl.testing.reference.periods import GRAINS, boundaries, cell_of
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.policies import told
from metricdsl.testing.reference.texts import converted
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS
from metricdsl.testing.reference.values import Refused, Row, Settings, Value, plain, taken_in, true

AGGREGATES = (
    *(
        "sum",
        "count",
        "avg",
        "min",
        "max",
        "median",
        "percentile",
        "rate",
        "stddev",
        "variance",
        "first",
        "last",
    ),
    *("correlation", "slope", "approx_count_distinct"),
)
OF_METRICS = (
    *AGGREGATES,
    *("total", "share", "rank", "rank_share", "at_age", "growth", "conversion", "conversions", "goal"),
    *("baseline", "during"),
    *TIME_FUNCTIONS,
)


class OfRow(Protocol):
    """⟦f⟧⟨∅, {…}, [(during, ALL)]⟩ for a row, which the meaning of formulas supplies."""

    def children(self, formula: nodes.Expr, scope: Scope, entity: Entity, row: Row) -> Value:
        """A dimension of an entity that aggregates its children, for a row of the entity."""

    def of_parts(self, formula: nodes.InContext, row: Row, place: Place) -> Value:
        """`(f per μ)` in a condition, for the row that the condition looks at."""

    def measure(self, formula: nodes.Expr, scope: Scope) -> Measure:
        """How much of which units one of the formula's value is."""


class Data:
    """The rows of the world."""

    def __init__(self, world: World, settings: Settings, whole: "Data | None" = None) -> None:
        self.world = world
        self.settings = settings
        self.whole = whole  # the same data as no policy has cut it; None: this is it
        self._rows: dict[int, list[Row]] = {}
        self._all: dict[int, list[Row]] = {}
        self._found: dict[tuple[int, int, str], Row | None] = {}
        self._members: dict[tuple[int, int, str], Value] = {}
        self._begun: set[object] = set()  # what is being worked out, against circles by way of children
        self.of_row: OfRow
        self.looked_at: date | None = None  # the day that `while` looks at

    # ------------------------------------------------------------ R(x)

    def rows(self, entity: Entity) -> list[Row]:
        """R(x): the rows that pass the `where` of the source and of the entity, and whose policies are true on uncut data."""
        if id(entity) not in self._rows:
            self._begin(id(entity), f"which rows {entity.name} has")
            place = Place(entity.scope, entity, inside=True)
            seen = [r for r, uncut in self._with_uncut(entity) if self._may_be_seen(entity, uncut)]
            self._rows[id(entity)] = [
                row for row in seen if all(true(self.value(w, row, place)) for w in entity.where)
            ]
        return self._rows[id(entity)]

    def all(self, entity: Entity) -> list[Row]:
        """The rows of the source. A row keeps its identity, by which its values are remembered."""
        if id(entity) not in self._all:
            self._all[id(entity)] = list(self._sourced(entity))
        return self._all[id(entity)]

    def _with_uncut(self, entity: Entity) -> Iterator[tuple[Row, Row]]:
        """Each row, and the same row in uncut data."""
        whole = self.whole if self.world.policies(entity) else None
        uncut = self.all(entity) if whole is None else whole.all(whole.same(entity))
        return zip(self.all(entity), uncut, strict=True)

    def same(self, entity: Entity) -> Entity:
        """An entity of another world as this one has it."""
        found = self.world.entity((entity.name,), entity.scope)
        assert found is not None, "both worlds are of the same declarations"
        return found[0]

    def _may_be_seen(self, entity: Entity, uncut: Row) -> bool:
        """Whether all policies on the entity are true of a row."""
        whole = self.whole
        if whole is None:
            return True
        for condition, scope in self.world.policies(entity):
            place = Place(scope, whole.same(entity), inside=True)
            value = partial(whole.value, row=uncut, place=place)
            if not true(value(told(condition, dict(self.settings.principal), value))):
                return False
        return True

    def _begin(self, what: object, said: str) -> None:
        """Each thing is worked out once; who begins it again has come round in a circle."""
        if what in self._begun:
            raise Refused(f"{said} depends on itself")
        self._begun.add(what)

    def _sourced(self, entity: Entity) -> Iterator[Row]:
        names = [name for name, _ in entity.table.columns]
        raw = Entity(entity.name, entity.scope, tuple(names), entity.table)
        place = Place(entity.source_scope or entity.scope, raw, inside=True)
        for cells in entity.table.rows:
            row = {n: taken_in(cell, self.settings.timezone) for n, cell in zip(names, cells, strict=True)}
            source = entity.source
            if source is None or all(true(self.value(w, row, place)) for w in source.where):
                mappings = source.mappings if source else ()
                yield {**row, **{m.name: self.value(m.value, row, place) for m in mappings}}

    # ------------------------------------------------------------ d(r)

    def column(self, column: Column, row: Row) -> Value:
        """d(r): along the path, null past a missing parent."""
        found: Row | None = row
        for step in column.path:
            found = None if found is None else self.parent(step, found)
        if found is None:
            return None
        if column.name is None:
            key = tuple(self.member(column.entity, k, found) for k in column.entity.key)
            return key[0] if len(key) == 1 else key
        value = self.member(column.entity, column.name, found)
        return value if column.grain is None else cell_of(plain(value), column.grain, self.settings)

    def parent(self, step: Step, row: Row) -> Row | None:
        """The row that a join finds."""
        place = id(row), id(step.start), step.name
        if place not in self._found:
            self._found[place] = found_row(self, step, row)
        return self._found[place]

    def key(self, entity: Entity, row: Row) -> tuple[Value, ...]:
        return tuple(self.member(entity, k, row) for k in entity.key)

    def member(self, entity: Entity, name: str, row: Row, opening: tuple[str, ...] = ()) -> Value:
        """A column of an entity in one of its rows: worked out if it has a formula, else read."""
        member = entity.members.get(name)
        if member is not None and member.value is not None and name not in opening:
            wanted = id(row), id(entity), name
            if wanted not in self._members:
                place = Place(
                    entity.scope,
                    entity,
                    inside=True,
                    opening=(*opening, name),
                    children=not isinstance(member, nodes.FactMember),
                )
                if opening:
                    return self.value(member.value, row, place)
                self._begin(wanted, f"{entity.name}.{name}")
                self._members[wanted] = self.value(member.value, row, place)
            return self._members[wanted]
        if name not in row:
            raise Refused(f"{entity.name} has no column {name}")
        written = member.type if member else entity.type_of_validity(name)
        value = converted(row[name], written)
        if written is None or not isinstance(row[name], str) or not isinstance(value, datetime):
            return value
        if not (written.format or "").endswith("Z"):  # which says that the text is of UTC
            return value
        return taken_in(value.replace(tzinfo=UTC), self.settings.timezone)

    # ------------------------------------------------------------ formulas over a row

    def value(self, formula: nodes.Expr, row: Row, place: Place) -> Value:
        """The value of a formula for a row."""
        opened = self.world.opened(formula, place.scope)
        if isinstance(opened, Constant):
            return opened.value
        if isinstance(formula, nodes.Name) and place.inside and formula.text not in place.scope.bindings:
            home = place.home  # a column comes before a parameter of its name
            opened = (formula, place.scope) if formula.text in {*home.members, *home.columns} else opened
        formula, scope = opened
        place = replace(place, scope=scope)
        match formula:
            case nodes.Name():
                return self._named(formula, row, place)
            case nodes.Call(function=function) if function in OF_METRICS:
                if not place.children:
                    raise Refused(f"{function}(…) inside a formula over rows")
                return self.of_row.children(formula, scope, place.home, row)
            case nodes.Call(function="age", arguments=(_, grain)):
                return self._age(formula.arguments[0].value, grain.value, row, place)
            case nodes.Call(function="convert"):
                return converted_money(self, formula, row, place)
            case nodes.Call(function="convert_unit", arguments=(of, unit)):
                return measured.in_unit_of_row(self, of.value, unit.value, row, place)
            case nodes.Binary(operator="*"):
                measure = partial(measured.RowMeasuring(self, place).of, scope=scope)
                return product(formula, partial(self.value, row=row, place=place), measure)
            case nodes.Call(function="business_time"):
                return business_time(formula, self, scope, partial(self.value, row=row, place=place))
            case nodes.InContext(body=body, words=words):
                if all(isinstance(w, nodes.As) for w in words):
                    return self.value(body, row, place)
                if any(isinstance(w, nodes.Per) for w in words):
                    return self.of_row.of_parts(formula, row, place)
                if not place.children:
                    raise Refused("words of context inside a formula over rows")
                return self.of_row.children(formula, scope, place.home, row)
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
        if place.children and not own:
            metric = self.world.find(name.parts, place.scope, nodes.MetricDecl)
            if metric is not None and not metric[2]:
                return self.of_row.children(name, place.scope, home, row)
        column = self.world.locate(
            name, place.scope, home, place.via, inside=place.inside, around=place.around
        )
        member = home.members.get(column.name or "") if not column.path else None
        if member is not None and member.value is not None and converts(member.value) and not place.opening:
            opening = (member.name,)
            timed = Place(home.scope, home, inside=True, opening=opening, time=place.time)
            return self.value(member.value, row, timed)
        if column.name is not None and not column.path and place.opening:
            value = self.member(home, column.name, row, place.opening)
            return value if column.grain is None else cell_of(plain(value), column.grain, self.settings)
        return self.column(column, row)

    def _age(self, of: nodes.Expr, grain: nodes.Expr, row: Row, place: Place) -> Value:
        """age(x, g)(r) = ordinal_g(time_a(r)) − ordinal_g(x(r)), null if either is."""
        if place.time is None:
            raise Refused("age needs the aggregate's own time, and it has none")
        if not isinstance(grain, nodes.Name) or grain.text not in GRAINS:
            raise Refused("age(x, grain)")
        born, then = self.value(of, row, place), self.moment(place.time, row)
        if born is None or then is None:
            return None
        age = boundaries(a_date(born), then, grain.text, self.settings)
        return None if age is None else Fraction(age)

    def names(self, formula: nodes.Expr, scope: Scope) -> Iterator[tuple[nodes.Name, Scope]]:
        """The names that a formula over rows looks at, parameters and definitions opened, segments left closed."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return
        formula, scope = opened
        if isinstance(formula, nodes.Name):
            yield formula, scope
        elif isinstance(formula, nodes.InContext):
            pers = [w for w in formula.words if isinstance(w, nodes.Per)]
            keys = [k for w in pers for k in self.world.opened_keys(w.keys, scope)]
            for part, written in keys or [(formula.body, scope)]:
                yield from self.names(part, written)
        for part in parts_of(formula):
            yield from self.names(part, scope)

    def moment(self, time: Column, row: Row) -> date | None:
        """The time of a row, a date or a reading of the local clock."""
        value = plain(self.column(time, row))
        if value is not None and not isinstance(value, date):
            raise Refused(f"{time.name} is no date or timestamp")
        return value
