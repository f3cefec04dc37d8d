"""Steps as lists that functions go through, for engines whose subqueries cannot look at the row around them:

    (SELECT MIN(p.cell) FROM weeks AS p WHERE p.cell <= d)
→   ARRAY_MIN(ARRAY_TRANSFORM(ARRAY_FILTER((SELECT ARRAY_AGG(…) FROM weeks), p -> GET_FIELD(p, 'cell') <= d), p -> GET_FIELD(p, 'cell')))
"""

from collections.abc import Mapping
from typing import Literal

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.spi.lowering import Emit

_ITEM = "item"


def without_looking_around(emit: Emit) -> bool:
    """Whether a subquery knows nothing of the row that it is in."""
    return emit.dialect == "datafusion"


def listed(emit: Emit, step: str, fields: Mapping[str, Sql]) -> Sql:
    """(SELECT ARRAY_AGG(NAMED_STRUCT('a', a, …)) FROM step)"""
    parts = [part for name, sql in fields.items() for part in (nodes.text(name), sql)]
    return nodes.whole_of(emit.function("ARRAY_AGG", emit.function("NAMED_STRUCT", *parts)), step)


def item(emit: Emit, name: str) -> Sql:
    """A field of the item of a list that is looked at."""
    return emit.function("GET_FIELD", nodes.column(_ITEM), nodes.text(name))


def folded(
    emit: Emit, how: Literal["ARRAY_MIN", "ARRAY_MAX", "ARRAY_SUM"], values: Sql, condition: Sql, field: str
) -> Sql:
    """A field of the items that meet a condition, folded; null where none does."""
    kept = emit.function("ARRAY_FILTER", values, nodes.function_of(_ITEM, condition))
    return emit.function(
        how, emit.function("ARRAY_TRANSFORM", kept, nodes.function_of(_ITEM, item(emit, field)))
    )
