"""`convert_unit` of a value of a row: its unit is that of the columns it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from metricdsl.syntax import nodes
from metricdsl.testing.reference.measures import NOTHING, Measure, Measuring, in_unit, of_target, of_type
from metricdsl.testing.reference.names import Entity, Scope, World
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.values import Refused, Row, Settings, Value


class OfMetrics(Protocol):
    """What knows the measures of aggregates and metrics."""

    def measure(self, formula: nodes.Expr, scope: Scope) -> Measure: ...


class RowData(Protocol):
    """What reads rows, as far as units ask of it."""

    world: World
    settings: Settings

    @property
    def of_row(self) -> OfMetrics: ...

    def rows(self, entity: Entity) -> list[Row]: ...

    def value(self, formula: nodes.Expr, row: Row, place: Place) -> Value: ...


def in_unit_of_row(data: RowData, of: nodes.Expr, unit: nodes.Expr, row: Row, place: Place) -> Value:
    """convert_unit(x, u)(r)."""
    wanted = of_target(data.world, unit, place.scope, data.settings.currency)
    measure = RowMeasuring(data, place).of(of, place.scope)
    return in_unit(data.value(of, row, place), measure, wanted)


class RowMeasuring(Measuring):
    """The measures of formulas over a row."""

    def __init__(self, data: RowData, place: Place) -> None:
        super().__init__(data.world, data.settings.currency)
        self.data = data
        self.place = place

    def values(self, formula: nodes.Expr, scope: Scope) -> Iterator[Value]:
        """Those of all rows."""
        for row in self.data.rows(self.place.home):
            yield self.data.value(formula, row, replace(self.place, scope=scope))

    def name(self, name: nodes.Name, scope: Scope) -> Measure:
        """As the column is declared, else as its formula says."""
        place = self.place
        try:
            column = self.world.locate(
                name, scope, place.home, place.via, inside=place.inside, around=place.around
            )
        except Refused:
            return NOTHING if not place.children else self.data.of_row.measure(name, scope)
        return self._of_member(column.entity, column.name or "")

    def call(self, call: nodes.Call, scope: Scope) -> Measure | None:
        """An aggregate in a dimension is of the rows that lead to this one."""
        if not self.place.children or call.function == "convert_unit":
            return None
        return self.data.of_row.measure(call, scope)

    def _of_member(self, entity: Entity, name: str) -> Measure:
        member = entity.members.get(name)
        if member is None:
            return NOTHING
        if member.type is not None:
            return of_type(self.world, member.type, entity.scope, self.currency)
        if member.value is None or name in self.place.opening:
            return NOTHING
        opening = (*self.place.opening, name)
        place = Place(entity.scope, entity, inside=True, opening=opening, children=True)
        return RowMeasuring(self.data, place).of(member.value, entity.scope)
