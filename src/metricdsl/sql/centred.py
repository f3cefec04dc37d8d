"""Groups of centred rows as SQL: the rows with their values and the means of these over the group, then grouped.

SELECT region, …SUM((value - mean) * (value - mean))…
FROM (SELECT region, wait AS value, AVG(wait) OVER (PARTITION BY region) AS mean FROM tickets) AS centred
GROUP BY region
"""

from collections.abc import Iterable

from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression
from metricdsl.model.types import FLOAT
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Aggregate, Centre
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.formula import lower
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.reading import Reading

CENTRED = "centred"


def centred(node: Aggregate, centre: Centre, reader: Reading, used: Iterable[Expression]) -> Groups:
    """The groups of centred rows. A value counts on rows where all the values of the step are known."""
    emit = reader.emit
    made = reader.rows(centre.source, [*used, *centre.values])
    names = Names(key.name for key in node.keys)
    values = [names.take("value") for _ in centre.values]
    means = [names.take("mean") for _ in centre.values]
    types = [lower(value, emit, made.leaf).type for value in centre.values]
    inner = made.select()
    columns = [trees.named(made.key(key), key.name, always=True) for key in node.keys]

    def known(index: int) -> exp.Expression:
        others = [v for at, v in enumerate(centre.values) if at != index]
        condition = trees.all_of([trees.negated(trees.is_null(made.sql(other))) for other in others])
        value = made.sql(centre.values[index])
        return value if condition is None else trees.case([(condition, value)])

    for index, (value, mean) in enumerate(zip(values, means, strict=True)):
        by = [made.key(key) for key in node.keys]
        columns.append(trees.named(known(index), value, always=True))
        columns.append(
            trees.named(exp.Window(this=exp.Avg(this=known(index)), partition_by=by, over="OVER"), mean)
        )
    inner.set("expressions", columns)
    query = exp.Select(expressions=[], from_=exp.From(this=trees.derived(inner, CENTRED)))
    groups = Groups(emit, query, [_column(key.name) for key in node.keys], {})

    def measured(formula: AggregateFormula) -> Sql:
        def value_at() -> exp.Expression:
            parts = [
                Operand(sql=trees.column(name, CENTRED), type=type)
                for name, type in zip(values, types, strict=True)
            ]
            parts += [Operand(sql=trees.column(name, CENTRED), type=FLOAT) for name in means]
            emit.span = formula.span or emit.span
            return emit.aggregate(formula.function, parts, formula.type)

        return value_at

    for measure in node.measures:
        if measure.formula is not None:
            groups.values[measure.formula] = measured(measure.formula)
        elif measure.of is not None:
            groups.rows[measure.of] = trees.count_star
    return groups


def _column(name: str) -> Sql:
    return lambda: trees.column(name, CENTRED)
