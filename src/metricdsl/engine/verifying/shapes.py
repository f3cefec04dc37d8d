"""The tables that a law reads: their columns, with the values that may stand there, their keys and joins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from attrs import field

from metricdsl.engine.used import used_columns
from metricdsl.engine.verifying.constants import Place, Written, written
from metricdsl.engine.verifying.pools import CURRENCIES, PRICES, days_around, keys_of, times_of, values_of
from metricdsl.model.entity import Entity, Role
from metricdsl.model.formula import Scalar
from metricdsl.model.request import Request
from metricdsl.model.types import FLOAT, INTEGER, TEXT, Kind, ValueType
from metricdsl.value import frozen

Cell: TypeAlias = Scalar
Row: TypeAlias = tuple[Cell, ...]
Database: TypeAlias = Mapping[str, tuple[Row, ...]]
"""Rows by the name of their entity."""


@frozen(kw_only=True)
class ColumnShape:
    """A column; `link` is one for all columns that joins compare: they share their values."""

    name: str
    type: ValueType
    pool: tuple[Cell, ...]
    link: Place | None = None


@frozen(kw_only=True)
class JoinShape:
    """A foreign key: the places of its columns, and the entity that it leads to."""

    columns: tuple[int, ...]
    target: str


@frozen(kw_only=True)
class TableShape:
    """The table of an entity; `key` are places of columns."""

    entity: str
    columns: tuple[ColumnShape, ...]
    key: tuple[int, ...]
    joins: tuple[JoinShape, ...]

    @property
    def types(self) -> dict[str, ValueType]:
        """The types of its columns."""
        return {column.name: column.type for column in self.columns}


@frozen(kw_only=True)
class Shapes:
    """All tables by entity, and the days that times lie on."""

    tables: Mapping[str, TableShape]
    days: tuple[date, ...] = field(repr=False)
    week_start: int

    def times(self, column: ColumnShape, days: Sequence[date]) -> tuple[Cell, ...]:
        """What may stand in a column, of a time only what lies on some days."""
        return times_of(column.type, days, self.week_start) if column.type.kind.temporal else column.pool


def shapes_of(requests: Sequence[Request]) -> Shapes:
    """The tables that some requests read."""
    entities: dict[str, Entity] = {name: one for request in requests for name, one in request.read.items()}
    names: dict[str, dict[str, None]] = {name: {} for name in entities}
    for request in requests:
        for name, used in used_columns(request).items():
            names[name].update(dict.fromkeys((*entities[name].key, *used)))
    said = written(requests)
    context = requests[0].context
    days = days_around(context.today, (v for values in said.beside.values() for v in values))
    links = _links(entities, names)
    of_links: dict[Place, list[Place]] = {}
    for place, first in links.items():
        of_links.setdefault(first, []).append(place)
    tables: dict[str, TableShape] = {}
    for name, entity in entities.items():
        columns = []
        for column in names[name]:
            link = links.get((name, column))
            places = of_links[link] if link is not None else [(name, column)]
            beside = dict.fromkeys(v for place in places for v in said.beside.get(place, ()))
            type = _type(entities, places, (name, column), beside)
            known = (*said.numbers, *beside) if _is_fact(entity, column) else tuple(beside)
            pool = _pool(
                entity, (name, column), type, known, said, days, context.week_start, linked=link is not None
            )
            columns.append(ColumnShape(name=column, type=type, pool=pool, link=link))
        at = {column.name: place for place, column in enumerate(columns)}
        joins = tuple(
            JoinShape(columns=tuple(at[c] for c in join.columns), target=join.target)
            for join in entity.joins.values()
            if join.neighbour is None and join.target in entities and all(c in at for c in join.columns)
        )
        key = tuple(at[c] for c in entity.key)
        tables[name] = TableShape(entity=name, columns=tuple(columns), key=key, joins=joins)
    return Shapes(tables=tables, days=days, week_start=context.week_start)


def _pool(
    entity: Entity,
    place: Place,
    type: ValueType,
    known: Iterable[Cell],
    said: Written,
    days: Sequence[date],
    week_start: int,
    *,
    linked: bool,
) -> tuple[Cell, ...]:
    if place in said.rates:
        return tuple(float(price) if type.kind is Kind.FLOAT else price for price in PRICES)
    if place in said.currencies and type.domain is None:
        return tuple(dict.fromkeys((*said.beside.get(place, ()), *CURRENCIES)))
    if linked or _is_key(entity, place[1]):
        return keys_of(type, known, days, week_start)
    return values_of(type, known, days, week_start)


def _is_key(entity: Entity, name: str) -> bool:
    """Whether a column tells rows apart, of its own entity or of one that it leads to."""
    return name in entity.key or any(name in join.columns for join in entity.joins.values())


def _is_fact(entity: Entity, name: str) -> bool:
    column = entity.columns.get(name)
    return column is not None and column.role is Role.FACT


def _type(
    entities: Mapping[str, Entity], places: Sequence[Place], own: Place, beside: Iterable[Cell]
) -> ValueType:
    """The declared type; of a column that has none that of the columns it is joined with, else what it is compared with."""
    for entity, name in (own, *places):
        column = entities[entity].columns.get(name)
        if column is not None and column.type.kind is not Kind.UNKNOWN:
            return column.type
    values = [value for value in beside if value is not None]
    if _is_fact(entities[own[0]], own[1]):
        return FLOAT  # what is calculated with is a number
    if any(isinstance(value, str) for value in values):
        return TEXT
    tells_rows = any(_is_key(entities[entity], name) for entity, name in places)
    return INTEGER if values or tells_rows else TEXT


def _links(entities: Mapping[str, Entity], names: Mapping[str, Iterable[str]]) -> dict[Place, Place]:
    """The columns that joins compare, each with one that stands for all that are compared with it."""
    found: dict[Place, Place] = {}
    for name, entity in entities.items():
        for join in entity.joins.values():
            target = entities.get(join.target)
            if target is None:
                continue
            theirs = target.key if join.neighbour is None else join.neighbour.columns
            for own, other in zip(join.columns, theirs, strict=False):
                if own in names[name] and other in names[join.target]:
                    one, two = (name, own), (join.target, other)
                    first, second = found.setdefault(one, one), found.setdefault(two, two)
                    found.update({place: first for place, link in found.items() if link == second})
    return found
