"""Nodes of SQL, as lowerings need them. sqlglot is imported when the first one is made, so that a check never loads it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from metricdsl.model.types import FLOAT, INTEGER, ValueType
from metricdsl.spi.lowering import Emit, Operand

if TYPE_CHECKING:
    from sqlglot import exp

Sql: TypeAlias = "exp.Expression"
Sign = Literal[
    "+", "-", "*", "/", "%", "div", "=", "<>", "<", "<=", ">", ">=", "||", "and", "or", "glob", "~"
]

Part = Literal["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "ISODOW", "HOUR", "EPOCH"]


_CUTTING = frozenset({"duckdb", "clickhouse", "mariadb", "mysql", "spark", "databricks"})
"""Dialects with a sign of its own for a quotient that is cut off."""


def op(emit: Emit, sign: Sign, left: Sql, right: Sql) -> Sql:
    """left SIGN right. "/" of whole numbers cuts off where the engine does (not DuckDB, whose sign for that is "div")."""
    from sqlglot import exp

    classes: dict[str, type[exp.Binary]] = {
        "+": exp.Add,
        "-": exp.Sub,
        "*": exp.Mul,
        "/": exp.Div,
        "%": exp.Mod,
        "div": exp.IntDiv,
        "=": exp.EQ,
        "<>": exp.NEQ,
        "<": exp.LT,
        "<=": exp.LTE,
        ">": exp.GT,
        ">=": exp.GTE,
        "||": exp.DPipe,
        "and": exp.And,
        "or": exp.Or,
        "glob": exp.Glob,
        "~": exp.RegexpLike,
    }
    node = emit.binary(classes[sign], left, right)
    if isinstance(node, exp.Div):
        # Operands have the kinds they need: sqlglot must not add casts of its own.
        node.set("typed", True)
    return node


def cut_off(emit: Emit, left: Sql, right: Sql) -> Sql:
    """The quotient of whole numbers, cut off."""
    return op(emit, "div" if emit.dialect in _CUTTING else "/", left, right)


def whole(emit: Emit, value: int) -> Sql:
    """A whole number."""
    return emit.constant(value, INTEGER).sql


def real(emit: Emit, value: float) -> Sql:
    """A double."""
    return emit.constant(value, FLOAT).sql


def text(value: str) -> Sql:
    """A text of ours (patterns, formats, labels); quotes are escaped by the generator."""
    from sqlglot import exp

    return exp.Literal.string(value)


def null() -> Sql:
    from sqlglot import exp

    return exp.null()


def wrapped(sql: Sql) -> Sql:
    """The same in parentheses, unless it is one thing already (a column, a call, a number)."""
    from sqlglot import exp

    loose = exp.Binary | exp.Unary | exp.Between | exp.In | exp.Interval
    return exp.Paren(this=sql) if isinstance(sql, loose) and not isinstance(sql, exp.Paren) else sql


def negated(sql: Sql) -> Sql:
    """-x"""
    from sqlglot import exp

    return exp.Neg(this=wrapped(sql))


def inverted(sql: Sql) -> Sql:
    """NOT x"""
    from sqlglot import exp

    return exp.Not(this=wrapped(sql))


def is_null(sql: Sql) -> Sql:
    """x IS NULL"""
    from sqlglot import exp

    return exp.Is(this=wrapped(sql), expression=exp.null())


def is_not_null(sql: Sql) -> Sql:
    """x IS NOT NULL"""
    return inverted_bare(is_null(sql))


def inverted_bare(sql: Sql) -> Sql:
    from sqlglot import exp

    return exp.Not(this=sql)


def case(*branches: tuple[Sql, Sql], otherwise: "Sql | None" = None) -> Sql:
    """CASE WHEN condition THEN value … END"""
    from sqlglot import exp

    return exp.Case(
        ifs=[exp.If(this=condition, true=value) for condition, value in branches], default=otherwise
    )


def is_in(sql: Sql, items: list[Sql]) -> Sql:
    """x IN (a, b)"""
    from sqlglot import exp

    return exp.In(this=wrapped(sql), expressions=items)


def nullif(emit: Emit, sql: Sql, value: Sql) -> Sql:
    """NULLIF(x, value)"""
    return emit.function("NULLIF", sql, value)


def collated(sql: Sql, collation: str) -> Sql:
    """x COLLATE name: a fixed name of ours."""
    from sqlglot import exp

    name = exp.to_identifier(collation, quoted=True)
    return exp.Collate(this=wrapped(sql), expression=name)


def double(emit: Emit, sql: Sql) -> Sql:
    """CAST(x AS DOUBLE)"""
    return emit.cast(sql, FLOAT)


def exact_integer(emit: Emit, sql: Sql) -> Sql:
    """CAST(x AS BIGINT) of what is a whole number already: nothing is left to round."""
    return emit.cast(sql, INTEGER)


def time_of_day(sql: Sql) -> Sql:
    """CAST(x AS TIME) of a timestamp."""
    from sqlglot import exp

    return exp.cast(sql, exp.DataType.Type.TIME)


def small_integer(sql: Sql) -> Sql:
    """CAST(x AS INT) of a number of days: engines add only such ones to dates."""
    from sqlglot import exp

    return exp.cast(sql, exp.DataType.Type.INT)


def extract(part: Part, sql: Sql) -> Sql:
    """EXTRACT(part FROM x)"""
    from sqlglot import exp

    return exp.Extract(this=exp.var(part), expression=sql)


IntervalUnit = Literal["MICROSECOND", "DAY", "MONTH"]


def interval(amount: str, unit: IntervalUnit) -> Sql:
    """INTERVAL '1 MONTH'"""
    from sqlglot import exp

    return exp.Interval(this=exp.Literal.string(amount), unit=exp.var(unit))


def interval_of(amount: Sql, unit: IntervalUnit) -> Sql:
    """INTERVAL x DAY, of a number that is calculated (MariaDB, MySQL)."""
    from sqlglot import exp

    if isinstance(amount, exp.Literal):
        return exp.Interval(this=exp.Literal.string(str(amount.this)), unit=exp.var(unit))
    return exp.Interval(this=wrapped(amount), unit=exp.var(unit))


def word(name: str) -> Sql:
    """A word of SQL: a fixed one of ours."""
    from sqlglot import exp

    return exp.var(name)


def column(name: str, table: str | None = None) -> Sql:
    """A column of ours."""
    from sqlglot import exp

    return exp.column(name, table, quoted=table is not None)


def small_select(sql: Sql, given: dict[str, Sql]) -> Sql:
    """(SELECT f(a, b) FROM (SELECT x AS a, y AS b)): x and y are calculated once, however often they are needed."""
    from sqlglot import exp

    if not given:
        return sql
    inner = exp.select(*(exp.alias_(value, name) for name, value in given.items())).subquery()
    return exp.select(sql).from_(inner).subquery()


def selected(sql: Sql, step: str, condition: Sql) -> Sql:
    """(SELECT x FROM step WHERE condition)"""
    from sqlglot import exp

    name = exp.to_identifier(step, quoted=True)
    return exp.select(sql).from_(exp.Table(this=name)).where(condition).subquery()


def looked_up(sql: Sql, step: str, alias: str, condition: Sql) -> Sql:
    """(SELECT x FROM step AS alias WHERE condition)"""
    from sqlglot import exp

    table = exp.Table(this=exp.to_identifier(step, quoted=True))
    table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return exp.select(sql).from_(table).where(condition).subquery()


def whole_of(sql: Sql, step: str) -> Sql:
    """(SELECT x FROM step)"""
    from sqlglot import exp

    return exp.select(sql).from_(exp.Table(this=exp.to_identifier(step, quoted=True))).subquery()


def function_of(name: str, sql: Sql) -> Sql:
    """name -> x"""
    from sqlglot import exp

    return exp.Lambda(this=sql, expressions=[exp.to_identifier(name)])


def of_columns(sql: Sql) -> bool:
    """Whether it is a column or a constant, or the first of some that is not null."""
    from sqlglot import exp

    plain = exp.Column | exp.Identifier | exp.Literal | exp.Coalesce | exp.Paren
    return all(isinstance(node, plain) for node in sql.walk())


def is_column(sql: Sql) -> bool:
    """Whether it is a plain column."""
    from sqlglot import exp

    return isinstance(sql, exp.Column)


def narrow(operand: Operand) -> bool:
    """Whether it may be of a machine type narrower than BIGINT: a column or a written number, or a choice between some."""
    from sqlglot import exp

    return isinstance(
        operand.sql, exp.Column | exp.Literal | exp.Neg | exp.Case | exp.Coalesce | exp.Anonymous
    )


def cast(emit: Emit, sql: Sql, type: ValueType) -> Sql:
    """CAST(x AS the engine's type for this value type)"""
    return emit.cast(sql, type)


def count_all() -> Sql:
    """COUNT(*)"""
    from sqlglot import exp

    return exp.Count(this=exp.Star())


def count_distinct(*values: Sql) -> Sql:
    """COUNT(DISTINCT x, …)"""
    from sqlglot import exp

    return exp.Count(this=exp.Distinct(expressions=list(values)))


def concatenated(sql: Sql, between: str) -> Sql:
    """GROUP_CONCAT(x SEPARATOR '|') (MariaDB, MySQL)."""
    from sqlglot import exp

    return exp.GroupConcat(this=sql, separator=exp.Literal.string(between))


def wide_decimal(sql: Sql, scale: int) -> Sql:
    """CAST(x AS DECIMAL(76, scale)): what the product of two decimals of 38 digits fits in."""
    from sqlglot import exp

    sizes = [exp.DataTypeParam(this=exp.Literal.number(str(n))) for n in (76, scale)]
    return exp.Cast(this=sql, to=exp.DataType(this=exp.DType.DECIMAL, expressions=sizes, nested=False))


def decimal(value: Decimal) -> Sql:
    """An exact number that is not negative."""
    from sqlglot import exp

    return exp.Literal.number(f"{value:f}")


def within_group(function: Sql, order: Sql) -> Sql:
    """f(p) WITHIN GROUP (ORDER BY x)"""
    from sqlglot import exp

    return exp.WithinGroup(this=function, expression=exp.Order(expressions=[exp.Ordered(this=order)]))


def sorted_array(emit: Emit, sql: Sql) -> Sql:
    """ARRAY_AGG(x ORDER BY x): nulls come last (PostgreSQL)."""
    from sqlglot import exp

    return emit.function(
        "ARRAY_AGG", exp.Order(this=sql, expressions=[exp.Ordered(this=sql.copy(), nulls_first=False)])
    )


def element(array: Sql, place: Sql) -> Sql:
    """(array)[place], counted from 1 (PostgreSQL)."""
    from sqlglot import exp

    return exp.Bracket(this=exp.Paren(this=array), expressions=[place], offset=1)


def in_order(emit: Emit, function: str, sql: Sql, by: list[Sql], *, descending: bool) -> Sql:
    """F(x ORDER BY a, b)"""
    from sqlglot import exp

    keys = [exp.Ordered(this=key, desc=descending, nulls_first=False) for key in by]
    return emit.function(function, exp.Order(this=sql, expressions=keys))


def kept(aggregate: Sql, condition: Sql) -> Sql:
    """F(x) FILTER (WHERE condition)"""
    from sqlglot import exp

    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def matched(sql: Sql, branches: list[tuple[Sql, Sql]], otherwise: Sql) -> Sql:
    """CASE x WHEN value THEN result … ELSE otherwise END"""
    from sqlglot import exp

    ifs = [exp.If(this=value, true=result) for value, result in branches]
    return exp.Case(this=wrapped(sql), ifs=ifs, default=otherwise)


def choice(sql: Sql, texts: tuple[str, ...]) -> Sql:
    """CASE x WHEN 1 THEN 'a' WHEN 2 THEN 'b' … END"""
    from sqlglot import exp

    numbered = [
        exp.If(this=exp.Literal.number(str(number)), true=exp.Literal.string(value))
        for number, value in enumerate(texts, 1)
    ]
    return exp.Case(this=wrapped(sql), ifs=numbered)
