"""Values of rows that are made of other rows: the groups as a step, joined by the keys of the rows."""

from sqlglot import exp

from metricdsl.plan.nodes import Combine, Lookup, Table
from metricdsl.sql import trees
from metricdsl.sql.formula import Leaf, lower
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.sql.stepped import Step, as_step, step


def looked_up(table: Table, reader: Reading) -> Step:
    """The groups that values are looked up in, as a step: one for all that look in the same."""
    source = table.source
    made: Step | None = next((step for known, step in reader.tables if known == source), None)
    if made is None:
        if isinstance(source, Combine) and len(source.branches) == 1:
            made = step(source.branches[0], reader, table.keys)
        else:
            made = as_step(source, reader, "looked_up")
        reader.tables.append((source, made))
    return made


def join_table(made: Rows, node: Lookup, reader: Reading) -> None:
    """The groups of other rows, found by the keys of these."""
    table = node.table
    assert isinstance(table, Table), "a value is looked up in a table"
    emit = made.emit
    found = looked_up(table, reader)
    name = made.tables.get((found.name, node.value.keys))
    if name is None:
        taken = any(join.alias_or_name == found.name for join in made.joins)
        name = reader.steps.name("lookup") if taken else found.name
        made.tables[found.name, node.value.keys] = name
        pairs = zip(table.keys, node.value.keys, strict=True)
        on = [trees.binary(exp.EQ, trees.column(key.name, name), made.sql(one)) for key, one in pairs]
        source = trees.table((found.name,), name)
        made.joins.append(exp.Join(this=source, side="LEFT", on=trees.all_of(on)))
    values, counts = found.leaves(emit, name)

    def leaf(one: Leaf) -> exp.Expression:
        return values[one]()

    def count(one: Leaf) -> exp.Expression:
        return counts[one]() if one in counts else values[one]()

    def value() -> exp.Expression:
        sql = lower(table.body, emit, leaf, count).sql
        missing = trees.any_of([trees.is_null(made.sql(key)) for key in node.value.keys if key.type.nullable])
        return sql if missing is None else trees.case([(missing, exp.Null())], sql)

    made.looked_up[node.value] = value
