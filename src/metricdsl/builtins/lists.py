"""Steps as lists that functions go through, for engines whose subqueries cannot look at the row around them:

    (SELECT MIN(p.cell) FROM weeks AS p WHERE p.cell <= d)
→   ARRAY_MIN(ARRAY_TRANSFORM(ARRAY_FILTER((SELECT ARRAY_AGG(…) FROM weeks), p -> GET_FIELD(p, 'cell') <= d), p -> GET_FIELD(p, 'cell')))
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.spi.lowering import Emit

_ITEM = "item"


def without_looking_around(emit: Emit) -> bool:
    """Whether a subquery knows nothing of the row that it is in, or not everywhere."""
    return emit.dialect in {"datafusion", "clickhouse"}


Fields: TypeAlias = Mapping[str, Sql]
"""The columns of a step that a list has in each item, by their names."""


def listed(emit: Emit, step: str, fields: Fields) -> Sql:
    """(SELECT ARRAY_AGG(NAMED_STRUCT('a', a, …)) FROM step)"""
    if emit.dialect == "clickhouse":
        return nodes.whole_of(emit.function("groupArray", emit.function("tuple", *fields.values())), step)
    parts = [part for name, sql in fields.items() for part in (nodes.text(name), sql)]
    return nodes.whole_of(emit.function("ARRAY_AGG", emit.function("NAMED_STRUCT", *parts)), step)


def item(emit: Emit, name: str, fields: Iterable[str]) -> Sql:
    """A field of the item of a list that is looked at."""
    if emit.dialect == "clickhouse":
        place = nodes.whole(emit, list(fields).index(name) + 1)
        return emit.function("tupleElement", nodes.column(_ITEM), place)
    return emit.function("GET_FIELD", nodes.column(_ITEM), nodes.text(name))


def folded(emit: Emit, how: Literal["MIN", "MAX", "SUM"], values: Sql, condition: Sql, field: Sql) -> Sql:
    """A field of the items that meet a condition, folded; null where none does."""
    if emit.dialect == "clickhouse":
        known = emit.function("COALESCE", condition, nodes.whole(emit, 0))
        kept = emit.function("arrayFilter", nodes.function_of(_ITEM, known), values)
        found = emit.function("arrayMap", nodes.function_of(_ITEM, field), kept)
        return emit.function("arrayReduce", nodes.text(f"{how.lower()}OrNull"), found)
    kept = emit.function("ARRAY_FILTER", values, nodes.function_of(_ITEM, condition))
    return emit.function(
        f"ARRAY_{how}", emit.function("ARRAY_TRANSFORM", kept, nodes.function_of(_ITEM, field))
    )


def among(emit: Emit, sql: Sql, step: str, column: Sql) -> Sql:
    """Whether a value is among those of a column of a step."""
    if emit.dialect == "clickhouse":
        return emit.function("has", nodes.whole_of(emit.function("groupArray", column), step), sql)
    return emit.function("ARRAY_HAS", nodes.whole_of(emit.function("ARRAY_AGG", column), step), sql)
