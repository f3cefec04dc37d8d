"""Selects that Spark reads in another form alone: their order beside a condition on groups, subqueries of a group's keys, subqueries
that look at the row around their own subquery."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from metricdsl.sql.dialects.outside import folds, ordered_outside

if TYPE_CHECKING:
    from sqlglot import exp

_GROUPED, _LOOKED_UP = "grouped", "looked_up"


def read_by_spark(node: "exp.Select") -> "exp.Select | None":
    """The select in a form that Spark reads; None where it is one.

    SELECT … GROUP BY x HAVING p ORDER BY SUM(y) →   SELECT … FROM (SELECT …, SUM(y) AS ordered_by_0 … HAVING p) AS unordered ORDER BY ordered_by_0
    SELECT x, (SELECT … WHERE a < x) … GROUP BY x →   SELECT value_1, (SELECT … WHERE a < grouped.value_1) FROM (SELECT x AS value_1 … GROUP BY x) AS grouped
    … WHERE a < (SELECT MIN(b) … WHERE b < around.c) →   … CROSS JOIN (SELECT MIN(b) AS value … WHERE b < around.c) AS looked_up_1 WHERE a < looked_up_1.value
    """
    made = _joined(node.copy()) if _is_scalar(node) and _looks_up_in_where(node) else node.copy()
    order = made.args.get("order")
    outside = made
    if order is not None and (made.args.get("having") is not None or _looks_up(order)):
        outside = ordered_outside(made)
        if outside is not made and made.args.get("with_") is not None:
            outside.set("with_", made.args["with_"].copy())
            made.set("with_", None)
    grouped = _grouped(made)
    if outside is made:
        return grouped if grouped != node else None
    outside.args["from_"].this.set("this", grouped)
    return outside


def _is_scalar(select: "exp.Select") -> bool:
    """Whether it stands for a value."""
    from sqlglot import exp

    around = select.parent
    return isinstance(around, exp.Subquery) and not isinstance(around.parent, exp.From | exp.Join)


def _looks_up_in_where(select: "exp.Select") -> bool:
    where = select.args.get("where")
    return where is not None and _looks_up(where)


def _scalars(sql: "exp.Expression") -> Iterator["exp.Subquery"]:
    """The subqueries in an expression that stand for a value; not those in them."""
    from sqlglot import exp

    for node in sql.walk(prune=lambda one: isinstance(one, exp.Query)):
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select):
            yield node


def _looks_up(sql: "exp.Expression") -> bool:
    return next(_scalars(sql), None) is not None


def _grouped(select: "exp.Select") -> "exp.Select":
    """Groups are made inside, and what is looked up for each of them outside."""
    from sqlglot import exp

    group = select.args.get("group")
    if group is None or not any(_looks_up(column) for column in select.expressions):
        return select
    keys = [key.copy() for key in group.expressions]
    tables = {source.alias_or_name for source in _sources(select)}
    inside: list[exp.Expression] = []
    names: dict[str, str] = {}

    def inner(sql: "exp.Expression") -> "exp.Expression":
        known = sql.sql()
        if known not in names:
            names[known] = f"value_{len(names) + 1}"
            inside.append(exp.Alias(this=sql.copy(), alias=exp.to_identifier(names[known], quoted=True)))
        name = exp.to_identifier(names[known], quoted=True)
        return exp.Column(this=name, table=exp.to_identifier(_GROUPED, quoted=True))

    shown = []
    for column in select.expressions:
        name = exp.to_identifier(column.alias_or_name, quoted=True)
        shown.append(exp.Alias(this=_of_groups(column.unalias().copy(), keys, tables, inner), alias=name))
    outside = exp.Select(expressions=shown)
    for part in ("with_", "limit", "offset", "distinct", "order"):
        if select.args.get(part) is not None:
            outside.set(part, select.args[part].copy())
            select.set(part, None)
    select.set("expressions", inside)
    alias = exp.TableAlias(this=exp.to_identifier(_GROUPED, quoted=True))
    outside.set("from_", exp.From(this=exp.Subquery(this=select, alias=alias)))
    return outside


def _sources(select: "exp.Select") -> Iterator["exp.Expression"]:
    """What a select reads."""
    source = select.args.get("from_")
    if source is not None:
        yield source.this
    yield from (join.this for join in select.args.get("joins") or ())


def _of_groups(
    sql: "exp.Expression",
    keys: "Sequence[exp.Expression]",
    tables: AbstractSet[str],
    inner: Callable[["exp.Expression"], "exp.Expression"],
    *,
    looked_up: bool = False,
) -> "exp.Expression":
    """An expression of what the select inside makes: its keys, its aggregates, its columns; in what is looked up, its keys."""
    from sqlglot import exp

    if sql in keys or (isinstance(sql, exp.Column) and (not looked_up or sql.table in tables)):
        return inner(sql)
    if not looked_up and (isinstance(sql, exp.AggFunc) or folds(sql)):
        return inner(sql)
    within = looked_up or isinstance(sql, exp.Query)
    for part in list(sql.iter_expressions()):
        assert isinstance(part, exp.Expression)
        other = _of_groups(part, keys, tables, inner, looked_up=within)
        if other is not part:
            part.replace(other)
    return sql


def _joined(select: "exp.Select") -> "exp.Select":
    """What a condition looks up as a table of one row beside the others: it may look at the row around the whole, which a
    subquery in a subquery may not."""
    from sqlglot import exp

    for number, scalar in enumerate(list(_scalars(select.args["where"])), 1):
        table = exp.to_identifier(f"{_LOOKED_UP}_{number}", quoted=True)
        value = exp.to_identifier("value", quoted=True)
        inner = scalar.this.copy()
        (column,) = inner.expressions
        inner.set("expressions", [exp.Alias(this=column.unalias().copy(), alias=value)])
        derived = exp.Subquery(this=inner, alias=exp.TableAlias(this=table))
        select.append("joins", exp.Join(this=derived, kind="CROSS"))
        scalar.replace(exp.Column(this=value.copy(), table=table.copy()))
    return select
