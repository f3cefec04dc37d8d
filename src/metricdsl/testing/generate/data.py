"""Rows that break things: nulls, orphans, ties, month ends, leap days, the weeks around New Year, nasty texts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from metricdsl.testing.generate.schemas import ColumnShape, EntityShape, Schema
from metricdsl.testing.reference import Table

DAYS = tuple(
    map(
        date.fromisoformat,
        (
            "2023-12-31", "2024-01-01", "2024-01-07", "2024-01-08", "2024-01-31", "2024-02-28", "2024-02-29",
            "2024-03-01", "2024-03-31", "2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-05",
            "2025-01-06", "2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01", "2025-10-26", "2025-12-28",
            "2025-12-29", "2026-01-01", "2026-01-04",
        ),
    )
)  # fmt: skip
TIMES = ("00:00:00", "00:00:01", "02:30:00", "12:00:00", "23:59:59", "23:59:59.999999")
TEXTS = (
    "", " ", "a", "A", "a ", "b", "é", "e\u0301", "NULL",
    "it's", "\\", "%_", "ß", "' OR 1=1--", "数", "10", "9",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 3, 5, 10, 10, -1, -7, 100, 999)
WHOLE = st.sampled_from((*NUMBERS, 2**40 + 1))
VALUES = {
    "integer": WHOLE,
    "decimal": st.sampled_from(("0.00", "0.01", "0.10", "1.00", "2.50", "2.50", "-0.05", "19.99", "1234567.89")).map(Decimal),
    "float": st.integers(-400, 4000).map(lambda n: n / 4),  # adds up without rounding, so that order does not matter
    "text": st.sampled_from(TEXTS),
    "boolean": st.booleans(),
    "date": st.sampled_from(DAYS),
    "timestamp": st.tuples(st.sampled_from(DAYS), st.sampled_from(TIMES)).map(
        lambda pair: datetime.fromisoformat(f"{pair[0].isoformat()}T{pair[1]}")
    ),
}  # fmt: skip
SIZES = st.sampled_from((7, 12, 20, 7, 12, 20, 3, 1, 0))


def nullable(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One in four is null."""
    return st.one_of(values, values, values, st.none())


def value(column: ColumnShape) -> st.SearchStrategy[Any]:
    """A cell of a column."""
    return nullable(VALUES[column.kind])


@st.composite
def tables(draw: st.DrawFn, schema: Schema) -> dict[str, Table]:
    """Rows for all entities, parents first, so that children can point at them, or past them."""
    made: dict[str, Table] = {}
    keys: list[list[tuple[Any, ...]]] = []
    for entity in schema.entities:
        size = draw(SIZES)
        own = [_key(entity, number) for number in range(1, size + 1)]
        rows = []
        for key in own:
            foreign = [c for join in entity.joins for c in draw(_foreign(schema, join.target, keys))]
            rows.append((*key, *foreign, *(draw(value(c)) for c in entity.columns)))
        made[entity.table] = Table(_header(entity, schema), tuple(draw(st.permutations(rows))))
        keys.append(own)
    return made


def _key(entity: EntityShape, number: int) -> tuple[Any, ...]:
    """The key of the row of that number; of two columns, the second counts within the first."""
    parts = (number,) if len(entity.keys) == 1 else (number // 2, number % 2)
    return tuple(f"k{p}" for p in parts) if entity.text_keys else parts


@st.composite
def _foreign(
    draw: st.DrawFn, schema: Schema, target: int, keys: list[list[tuple[Any, ...]]]
) -> tuple[Any, ...]:
    """A foreign key: null or partly null, of no row, or of a row."""
    entity = schema.entities[target]
    kind = draw(st.sampled_from(("null", "orphan", "known", "known", "known")))
    if kind == "null":
        return (None, *_key(entity, 1)[1:])
    if kind == "orphan" or not keys[target]:
        return _key(entity, draw(st.integers(990, 993)))
    return draw(st.sampled_from(keys[target]))


def _header(entity: EntityShape, schema: Schema) -> tuple[tuple[str, str], ...]:
    def kind(of: EntityShape) -> str:
        return "text" if of.text_keys else "integer"

    return (
        *((name, kind(entity)) for name in entity.keys),
        *((name, kind(schema.entities[j.target])) for j in entity.joins for name in j.columns),
        *((column.name, column.stored) for column in entity.columns),
    )
