"""Databases that satisfy the model, made up: few rows, few different values, so that much of it meets.

Keys are unique and not null. Foreign keys lead to a row, to none, or are null; other columns hold what their type allows.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from metricdsl.engine.verifying.shapes import Cell, Database, Row, Shapes, TableShape

NULLS, ORPHANS, WITHOUT, EMPTY = 0.15, 0.1, 0.1, 0.1
"""How many values are null; how many foreign keys lead nowhere, or are null; how many tables are empty."""


def made_up(shapes: Shapes, most: int, random: Random) -> Database:
    """A database of at most so many rows in each table."""
    days = sorted(random.sample(shapes.days, random.choice((1, 2, 2, 3, 4))))
    keys = {name: _keys(table, shapes, days, most, random) for name, table in shapes.tables.items()}
    return {name: _rows(table, shapes, days, keys, most, random) for name, table in shapes.tables.items()}


def _size(most: int, random: Random) -> int:
    """How many rows a table has: none now and then, else at least half of the most."""
    return 0 if random.random() < EMPTY else random.randint((most + 1) // 2, most)


def _keys(
    table: TableShape, shapes: Shapes, days: Sequence[date], most: int, random: Random
) -> tuple[Row, ...]:
    """The keys of a table's rows, each once; none where it has no key."""
    pools = [shapes.times(table.columns[at], days) for at in table.key]
    size = _size(most, random)
    if len(pools) == 1:
        return tuple((value,) for value in pools[0][:size])
    drawn = (tuple(random.choice(pool) for pool in pools) for _ in range(size if pools else 0))
    return tuple(dict.fromkeys(drawn))


def _rows(
    table: TableShape,
    shapes: Shapes,
    days: Sequence[date],
    keys: Mapping[str, tuple[Row, ...]],
    most: int,
    random: Random,
) -> tuple[Row, ...]:
    own: tuple[Row, ...] = keys[table.entity] if table.key else ((),) * _size(most, random)
    rows: list[Row] = []
    for key in own:
        cells: dict[int, Cell] = dict(zip(table.key, key, strict=True))
        for join in table.joins:
            there = keys[join.target]
            drawn = random.random()
            if drawn < WITHOUT or (not there and drawn < ORPHANS + WITHOUT):
                found: Row = (None,) * len(join.columns)
            elif drawn < ORPHANS + WITHOUT or not there:
                found = tuple(random.choice(table.columns[at].pool) for at in join.columns)
            else:
                found = random.choice(there)
            for at, value in zip(join.columns, found, strict=True):
                cells.setdefault(at, value)
        for at, column in enumerate(table.columns):
            if at not in cells:
                pool = shapes.times(column, days)
                cells[at] = None if column.type.nullable and random.random() < NULLS else random.choice(pool)
        rows.append(tuple(cells[at] for at in range(len(table.columns))))
    return tuple(rows)
