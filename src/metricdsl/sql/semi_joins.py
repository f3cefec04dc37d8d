"""Semi-joins as conditions: the keys of rows are among those found, or no row that is found has them."""

from collections.abc import Iterator

from sqlglot import exp

from metricdsl.model.made_of import columns
from metricdsl.plan.nodes import SemiJoin
from metricdsl.sql import trees
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows


def looked_for(made: Rows, node: SemiJoin, reader: Reading) -> Iterator[exp.Expression]:
    """The conditions of a semi-join on the rows."""
    found = reader.rows(node.found, node.found_keys)
    query = found.select()
    keys = [found.sql(key) for key in node.found_keys]
    if node.anti:
        yield from _none(made, node, query, keys, reader)
        return
    query.set("expressions", keys)
    yield exp.In(this=_together([made.sql(key) for key in node.keys]), query=exp.Subquery(this=query))


def _none(
    made: Rows, node: SemiJoin, query: exp.Select, keys: list[exp.Expression], reader: Reading
) -> Iterator[exp.Expression]:
    """No row has the keys, and these are known. A step of its own: its tables may bear names of those around."""
    name = reader.steps.name("others")
    names = [f"key_{index + 1}" for index in range(len(keys))]
    query.set(
        "expressions", [trees.named(sql, key, always=True) for sql, key in zip(keys, names, strict=True)]
    )
    reader.steps.add(name, query)
    for key in node.keys:
        past_a_parent = any(column.path for column in columns(key))  # which may be missing
        if key.type.nullable or past_a_parent:
            yield trees.negated(trees.is_null(made.sql(key)))
    on = [
        trees.binary(exp.EQ, trees.column(column, name), made.sql(key))
        for column, key in zip(names, node.keys, strict=True)
    ]
    inner = exp.Select(
        expressions=[trees.number(1)],
        from_=exp.From(this=trees.table((name,))),
        where=exp.Where(this=trees.all_of(on)),
    )
    yield trees.negated(exp.Exists(this=inner))


def _together(keys: list[exp.Expression]) -> exp.Expression:
    return keys[0] if len(keys) == 1 else exp.Tuple(expressions=keys)
