"""The smallest database that still breaks a law: rows go, then values become simpler, until nothing more can."""

from collections.abc import Callable, Iterator

from metricdsl.engine.verifying.shapes import Cell, ColumnShape, Database, Row, Shapes

SIMPLER = 3
"""So many simpler values are tried for each."""


def shrunk(database: Database, shapes: Shapes, breaks: Callable[[Database], bool]) -> Database:
    """A database of as few rows and as plain values as can be found by one step at a time."""
    again = True
    while again:
        again = False
        for step in (_fewer, _simpler, _renumbered):
            smaller = next((one for one in step(database, shapes) if breaks(one)), None)
            while smaller is not None:
                database, again = smaller, True
                smaller = next((one for one in step(database, shapes) if breaks(one)), None)
    return database


def _fewer(database: Database, shapes: Shapes) -> Iterator[Database]:
    """A table emptied, or a row left out: the rows that others lead to last."""
    children_first = sorted(database, key=lambda name: -len(shapes.tables[name].joins))
    for name in children_first:
        if len(database[name]) > 1:
            yield {**database, name: ()}
    for name in children_first:
        rows = database[name]
        for at in range(len(rows)):
            yield {**database, name: rows[:at] + rows[at + 1 :]}


def _simpler(database: Database, shapes: Shapes) -> Iterator[Database]:
    """A value that is no key replaced by a simpler one; null is the least simple, so that it stands where it matters."""
    for name, rows in database.items():
        table = shapes.tables[name]
        keys = {
            join: {tuple(row[at] for at in shapes.tables[join.target].key) for row in database[join.target]}
            for join in table.joins
        }
        for number, row in enumerate(rows):
            for at, column in enumerate(table.columns):
                if at in table.key:
                    continue
                leading = [keys[join] for join in table.joins if join.columns == (at,)]
                there = {value for found in leading for (value,) in found}
                for value in _simpler_values(row, at, column, there, leads=bool(leading)):
                    changed = (*row[:at], value, *row[at + 1 :])
                    yield {**database, name: (*rows[:number], changed, *rows[number + 1 :])}


def _simpler_values(row: Row, at: int, column: ColumnShape, there: set[Cell], *, leads: bool) -> Row:
    """The values to try in place of one: of a foreign key those that lead to a row, then null, then any."""
    if leads:
        known = [value for value in column.pool if value in there]
        order = [*known, *([None] if column.type.nullable else []), *column.pool]
        return tuple(order[: order.index(row[at])])[:SIMPLER] if row[at] in order else ()
    if row[at] is None:
        return column.pool[:SIMPLER]
    return column.pool[: column.pool.index(row[at])][:SIMPLER] if row[at] in column.pool else ()


def _renumbered(database: Database, shapes: Shapes) -> Iterator[Database]:
    """A key replaced by a simpler one that no row has, in every column that is compared with it."""
    for name, rows in database.items():
        table = shapes.tables[name]
        if len(table.key) != 1:
            continue
        (at,) = table.key
        column = table.columns[at]
        link = column.link
        taken = {value for value, where in _linked(database, shapes) if where == link} | {
            row[at] for row in rows
        }
        for row in rows:
            before = column.pool[: column.pool.index(row[at])]
            for value in [one for one in before if one not in taken][:1]:
                yield _replaced(database, shapes, (name, at), row[at], value)


def _linked(database: Database, shapes: Shapes) -> Iterator[tuple[object, object]]:
    for name, rows in database.items():
        for at, column in enumerate(shapes.tables[name].columns):
            if column.link is not None:
                yield from ((row[at], column.link) for row in rows)


def _replaced(
    database: Database, shapes: Shapes, place: tuple[str, int], old: object, new: object
) -> Database:
    link = shapes.tables[place[0]].columns[place[1]].link

    def same(name: str, at: int) -> bool:
        own = shapes.tables[name].columns[at].link
        return (name, at) == place or (link is not None and own == link)

    return {
        name: tuple(
            tuple(new if cell == old and same(name, at) else cell for at, cell in enumerate(row))  # type: ignore[misc]
            for row in rows
        )
        for name, rows in database.items()
    }
