"""SQL trees, built directly: quoted names, operands in parentheses unless they stand alone."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

# What needs no parentheses as an operand of anything.
ATOMS = (
    exp.Column,
    exp.Literal,
    exp.Paren,
    exp.Func,
    exp.Cast,
    exp.Null,
    exp.Boolean,
    exp.Identifier,
    exp.Window,
    exp.Subquery,
    exp.Star,
    exp.WithinGroup,
    exp.Bracket,
)
# What needs none beside AND.
TESTS = (
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.Is,
    exp.In,
    exp.NullSafeEQ,
    exp.Glob,
    exp.RegexpLike,
)


def identifier(name: str) -> exp.Identifier:
    """A quoted name."""
    return exp.Identifier(this=name, quoted=True)


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, of a named relation."""
    if table is None:
        return exp.Column(this=identifier(name))
    return exp.Column(this=identifier(name), table=identifier(table))


def named(sql: exp.Expression, name: str, *, always: bool = False) -> exp.Expression:
    """An expression AS a name (said of a column of that name only with `always`)."""
    if not always and isinstance(sql, exp.Column) and sql.name == name:
        return sql
    return exp.Alias(this=sql, alias=identifier(name))


def table(parts: Sequence[str], alias: str | None = None) -> exp.Table:
    """A table by its identifiers, outermost first."""
    catalog, schema, name = (None, None, *parts)[-3:]
    node = exp.Table(this=identifier(str(name)))
    if schema is not None:
        node.set("db", identifier(schema))
    if catalog is not None:
        node.set("catalog", identifier(catalog))
    if alias is not None and alias != name:
        node.set("alias", exp.TableAlias(this=identifier(alias)))
    return node


def derived(query: exp.Query, alias: str) -> exp.Subquery:
    """A query in FROM."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=identifier(alias)))


def operand(sql: exp.Expression) -> exp.Expression:
    """The expression as an operand: in parentheses unless it stands alone."""
    if isinstance(sql, ATOMS) and not isinstance(sql, exp.Binary):
        return sql
    return exp.Paren(this=sql)


def binary(node: type[exp.Binary], left: exp.Expression, right: exp.Expression) -> exp.Expression:
    """left OP right."""
    if node is exp.And:
        return exp.And(this=_beside_and(left, first=True), expression=_beside_and(right, first=False))
    if node is exp.Or:
        return exp.Or(this=_beside_or(left, first=True), expression=_beside_or(right, first=False))
    made = node(this=operand(left), expression=operand(right))
    assert isinstance(made, exp.Expression)  # each operator is; its abstract class does not say so
    return made


def _beside_and(sql: exp.Expression, *, first: bool) -> exp.Expression:
    if isinstance(sql, TESTS) or (first and isinstance(sql, exp.And)):
        return sql
    return operand(sql)


def _beside_or(sql: exp.Expression, *, first: bool) -> exp.Expression:
    if isinstance(sql, TESTS) or (first and isinstance(sql, exp.Or)):
        return sql
    return operand(sql)


MOST_BESIDE = 200
"""How long a chain of conditions gets: engines take it for as deep as it is long, and stop at a thousand."""


def all_of(conditions: Iterable[exp.Expression]) -> exp.Expression | None:
    """The conditions joined by AND; None where there are none."""
    parts: list[exp.Expression] = []
    for condition in conditions:
        if parts and isinstance(condition, exp.And):  # a flat chain, associated to the left as a parser does
            for part in condition.flatten():
                assert isinstance(part, exp.Expression)
                parts.append(part)
        else:
            parts.append(condition)
    return _joined(parts)


def _joined(parts: Sequence[exp.Expression]) -> exp.Expression | None:
    """The parts joined by AND from the left; of very many the halves."""
    whole: exp.Expression | None = None
    if len(parts) > MOST_BESIDE:
        halves = (_joined(parts[: len(parts) // 2]), _joined(parts[len(parts) // 2 :]))
        parts = [half for half in halves if half is not None]
    for part in parts:
        whole = part if whole is None else binary(exp.And, whole, part)
    return whole


def any_of(conditions: Iterable[exp.Expression]) -> exp.Expression | None:
    """The conditions joined by OR; None where there are none."""
    whole: exp.Expression | None = None
    for condition in conditions:
        whole = condition if whole is None else binary(exp.Or, whole, condition)
    return whole


def negated(sql: exp.Expression) -> exp.Expression:
    """NOT of it."""
    return exp.Not(this=operand(sql))


def is_null(sql: exp.Expression) -> exp.Expression:
    """Whether it is null."""
    return exp.Is(this=operand(sql), expression=exp.Null())


def same(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    """left = right, null a value like others."""
    return exp.NullSafeEQ(this=operand(left), expression=operand(right))


def case(
    branches: Iterable[tuple[exp.Expression, exp.Expression]], otherwise: exp.Expression | None = None
) -> exp.Case:
    """CASE WHEN … THEN … END."""
    node = exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches])
    if otherwise is not None:
        node.set("default", otherwise)
    return node


def count_star() -> exp.Expression:
    """COUNT(*)."""
    return exp.Count(this=exp.Star(), big_int=True)


def count(sql: exp.Expression) -> exp.Expression:
    """COUNT(x)."""
    return exp.Count(this=sql, big_int=True)


def filtered(aggregate: exp.Expression, condition: exp.Expression) -> exp.Expression:
    """AGGREGATE(x) FILTER (WHERE …)."""
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def number(value: int) -> exp.Expression:
    """A whole number; a negative one in parentheses."""
    if value < 0:
        return exp.Paren(this=exp.Neg(this=exp.Literal.number(str(-value))))
    return exp.Literal.number(str(value))


def ordered(sql: exp.Expression, *, descending: bool = False) -> exp.Ordered:
    """A sort key, nulls last."""
    return (
        exp.Ordered(this=sql, desc=True, nulls_first=False)
        if descending
        else exp.Ordered(this=sql, nulls_first=False)
    )


def interval(amount: str, unit: str) -> exp.Expression:
    """INTERVAL '1 MONTH'"""
    return exp.Interval(this=exp.Literal.string(amount), unit=exp.var(unit))
