"""Selects of which a part is said outside of them: their order and their condition on groups where an engine takes names for
other columns inside, and what is made of windows where it makes it wrong."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_KEPT = "kept"
_FOLDS = frozenset({"SUM", "MIN", "MAX", "AVG", "COUNT", "GROUP_CONCAT"})


def ordered_outside(select: "exp.Select") -> "exp.Select":
    """Its order by names of its own columns, outside: inside a name is that of a column that is read. What else it is
    ordered by becomes a column, and is not shown."""
    from sqlglot import exp

    order = select.args.get("order")
    if order is None:
        return select
    shown: list[exp.Expression] = [
        exp.Column(this=exp.to_identifier(one.alias_or_name, quoted=True)) for one in select.expressions
    ]
    keys = order.copy()
    for number, key in enumerate(keys.expressions):
        if not _of_results(key.this):
            name = _free(select, f"ordered_by_{number}")
            select.append("expressions", exp.Alias(this=key.this.copy(), alias=name))
            key.set("this", exp.Column(this=name.copy()))
    outside = exp.Select(expressions=shown, order=keys)
    for part in ("limit", "offset"):
        if select.args.get(part) is not None:
            outside.set(part, select.args[part].copy())
            select.set(part, None)
    select.set("order", None)
    inside = exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier("unordered", quoted=True)))
    outside.set("from_", exp.From(this=inside))
    return outside


def _free(select: "exp.Select", wanted: str) -> "exp.Identifier":
    """A name that no column of a select has."""
    from sqlglot import exp

    taken = {column.alias_or_name.casefold() for column in select.expressions}
    while wanted in taken:
        wanted += "_"
    return exp.to_identifier(wanted, quoted=True)


def _of_results(key: "exp.Expression") -> "bool":
    """Whether it is of columns of the result alone."""
    from sqlglot import exp

    columns = list(key.find_all(exp.Column))
    folds = next(key.find_all(exp.AggFunc, exp.Anonymous, exp.Window), None) is not None
    return bool(columns) and not folds and not any(column.table for column in columns)


def _kept_outside(select: "exp.Select") -> "exp.Select":
    """Its condition on groups as one of the rows outside.

    SELECT … GROUP BY f(x) HAVING f(x) > 1   →   SELECT … FROM (SELECT …, f(x) > 1 AS kept … GROUP BY f(x)) AS grouped WHERE kept
    """
    from sqlglot import exp

    having = select.args.get("having")
    if having is None:
        return select
    _name_all(select)
    kept = _free(select, _KEPT)
    shown: list[exp.Expression] = [
        exp.Column(this=exp.to_identifier(one.alias_or_name, quoted=True)) for one in select.expressions
    ]
    select.append("expressions", exp.Alias(this=having.this.copy(), alias=kept))
    select.set("having", None)
    outside = _around(select, "grouped", shown)
    outside.set("where", exp.Where(this=exp.Column(this=kept.copy())))
    return outside


def windows_outside(select: "exp.Select") -> "exp.Select":
    """What is made of its windows outside, where they are plain columns.

    SELECT x, CASE WHEN ROW_NUMBER() OVER (ORDER BY y) = z … FROM t
        →   SELECT x, CASE WHEN window_1 = window_2 … FROM (SELECT x, ROW_NUMBER() OVER (ORDER BY y) AS window_1, z AS window_2 FROM t)
    """
    from sqlglot import exp

    if not any(_makes_of_windows(column) for column in select.expressions):
        return select
    _name_all(select)
    shown: list[exp.Expression] = []
    inside: list[exp.Expression] = []
    found: dict[str, exp.Expression] = {}

    def inner(sql: "exp.Expression") -> "exp.Expression":
        known = sql.sql()
        if known not in found:
            name = _free(select, f"window_{len(found) + 1}")
            inside.append(exp.Alias(this=sql.copy(), alias=name))
            found[known] = exp.Column(this=name.copy())
        return found[known].copy()

    for column in select.expressions:
        name = exp.to_identifier(column.alias_or_name, quoted=True)
        if _makes_of_windows(column):
            shown.append(exp.Alias(this=_of_parts(column.unalias().copy(), inner), alias=name))
        else:
            inside.append(column)
            shown.append(exp.Column(this=name))
    select.set("expressions", inside)
    return _around(select, "windowed", shown)


def _makes_of_windows(column: "exp.Expression") -> bool:
    from sqlglot import exp

    return not isinstance(column.unalias().unnest(), exp.Window) and next(_windows(column), None) is not None


def _windows(column: "exp.Expression") -> Iterator["exp.Expression"]:
    """The windows of a column, and not those of the selects in it."""
    from sqlglot import exp

    for node in column.walk(prune=lambda one: isinstance(one, exp.Query | exp.Window)):
        if isinstance(node, exp.Window):
            yield node


def _of_parts(
    sql: "exp.Expression", inner: Callable[["exp.Expression"], "exp.Expression"]
) -> "exp.Expression":
    """An expression of columns of the select inside: windows, aggregates, columns and selects are made there."""
    from sqlglot import exp

    made = sql
    parts = exp.Window | exp.AggFunc | exp.Column | exp.Query
    for node in list(sql.walk(prune=lambda one: isinstance(one, parts) or folds(one))):
        if isinstance(node, parts) or folds(node):
            assert isinstance(node, exp.Expression)
            other = inner(node)
            if node is sql:
                made = other
            else:
                node.replace(other)
    return made


def folds(node: object) -> bool:
    """Whether it is an aggregate that is called by its name."""
    from sqlglot import exp

    return isinstance(node, exp.Anonymous) and str(node.this).upper() in _FOLDS


def _name_all(select: "exp.Select") -> None:
    """Each of its columns has a name."""
    from sqlglot import exp

    for number, column in enumerate(list(select.expressions)):
        if not column.alias_or_name:
            name = exp.to_identifier(f"value_{number}", quoted=True)
            column.replace(exp.Alias(this=column.copy(), alias=name))


def _around(select: "exp.Select", name: str, shown: Sequence["exp.Expression"]) -> "exp.Select":
    """A select of a select, which keeps of its clauses those that make its rows."""
    from sqlglot import exp

    alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True))
    outside = exp.Select(expressions=list(shown))
    for part in ("with_", "limit", "offset", "distinct"):
        if select.args.get(part) is not None:
            outside.set(part, select.args[part].copy())
            select.set(part, None)
    outside.set("from_", exp.From(this=exp.Subquery(this=select, alias=alias)))
    return outside


def all_outside(select: "exp.Select") -> "exp.Select":
    """Its order outside, in there what is made of its windows, and in there its condition on groups."""
    outside = ordered_outside(select)
    if outside is select:
        return _grouped(select)
    outside.args["from_"].this.set("this", _grouped(select))
    return outside


def _grouped(select: "exp.Select") -> "exp.Select":
    """Groups are chosen before windows look at them."""
    if select.args.get("having") is None:
        return windows_outside(select)
    assert not any(True for column in select.expressions for _ in _windows(column)), (
        "windows of chosen groups"
    )
    return _kept_outside(select)
