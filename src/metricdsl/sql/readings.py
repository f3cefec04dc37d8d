"""Queries about how the texts of a table can be read: which formats fit, where two differ, which values do not fit.

They are asked of DuckDB, where text files are read; a value fits a format when it has its shape and converts.
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formats import PLAIN_NUMBER, date_format, number_format
from metricdsl.model.types import Kind, ValueType
from metricdsl.registry import Registry
from metricdsl.spi.values import TableColumn, TableInfo
from metricdsl.sql import trees
from metricdsl.sql.conversion import Declared, convert
from metricdsl.sql.dialects.texts import number_shape, whole_shape
from metricdsl.sql.emitter import Emitter
from metricdsl.value import frozen

EXAMPLES = 5
SAMPLE = 1000
_DIALECT = "duckdb"


@frozen(kw_only=True)
class Question:
    """A column of a table, the type it is declared, and the formats to try (None: as written plainly)."""

    column: TableColumn
    type: ValueType
    formats: tuple[str | None, ...]


def fitting(
    table: TableInfo,
    questions: Sequence[Question],
    registry: Registry,
    timezone: str,
    sample: int | None = None,
) -> str:
    """One row; for each column how many texts it has, then for each of its formats how many fit.

    With `sample`, of the first rows only: what does not fit there need not be tried on all.
    """
    emit = _emitter(registry, timezone)
    counts: list[exp.Expression] = []
    for question in questions:
        counts.append(trees.count(_text(question.column)))
        counts += [trees.count(_value(question, written, emit)) for written in question.formats]
    named = [trees.named(count, f"n{at}") for at, count in enumerate(counts)]
    source: exp.Expression = trees.table(table.parts)
    if sample is not None:
        first = exp.Select(expressions=[exp.Star()], from_=exp.From(this=source))
        first.set("limit", exp.Limit(expression=trees.number(sample)))
        source = trees.derived(first, "sample")
    return _sql(exp.Select(expressions=named, from_=exp.From(this=source)))


def differing(table: TableInfo, question: Question, registry: Registry, timezone: str) -> str:
    """At most one row: a text that the first two formats read differently, and both readings as texts."""
    emit = _emitter(registry, timezone)
    one, other = (_value(question, written, emit) for written in question.formats[:2])
    query = exp.Select(
        expressions=[_text(question.column), _as_text(one), _as_text(other)],
        from_=exp.From(this=trees.table(table.parts)),
        where=exp.Where(this=trees.binary(exp.NEQ, one.copy(), other.copy())),
        limit=exp.Limit(expression=trees.number(1)),
    )
    return _sql(query)


def misfits(table: TableInfo, question: Question, registry: Registry, timezone: str) -> str:
    """The first texts that do not fit the (one) format, in the order of the file: row number, text, how many there are."""
    emit = _emitter(registry, timezone)
    numbered = exp.Select(
        expressions=[
            trees.named(exp.Window(this=exp.RowNumber()), "place"),
            trees.named(trees.column(question.column.name), question.column.name, always=True),
        ],
        from_=exp.From(this=trees.table(table.parts)),
    )
    value = _value(question, question.formats[0], emit)
    wrong = trees.all_of([trees.negated(trees.is_null(_text(question.column))), trees.is_null(value)])
    query = exp.Select(
        expressions=[
            trees.column("place"),
            trees.column(question.column.name),
            exp.Window(this=trees.count_star()),
        ],
        from_=exp.From(this=trees.derived(numbered, "numbered")),
        where=exp.Where(this=wrong),
        order=exp.Order(expressions=[trees.ordered(trees.column("place"))]),
        limit=exp.Limit(expression=trees.number(EXAMPLES)),
    )
    return _sql(query)


def _value(question: Question, written: str | None, emit: Emitter) -> exp.Expression:
    """The column as declared in one format, null where it does not fit."""
    declared = Declared(table="", name=question.column.name, type=question.type, format=written, or_null=True)
    value = convert(trees.column(question.column.name), declared, question.column, emit)
    shape = _shape(question.type, written)
    if shape is None:
        return value
    matches = emit.function("REGEXP_MATCHES", trees.column(question.column.name), exp.Literal.string(shape))
    return trees.case([(matches, value)], None)


def _shape(type: ValueType, written: str | None) -> str | None:
    match type.kind:
        case Kind.DATE | Kind.TIMESTAMP:
            form = None if written is None else date_format(written)
            return None if form is None else form.regex
        case Kind.INTEGER:
            return whole_shape((number_format(written) if written else None) or PLAIN_NUMBER)
        case Kind.DECIMAL | Kind.FLOAT:
            return number_shape((number_format(written) if written else None) or PLAIN_NUMBER, type)
        case _:
            return None


def _text(column: TableColumn) -> exp.Expression:
    """The text; an empty one is none."""
    return exp.Nullif(this=trees.column(column.name), expression=exp.Literal.string(""))


def _as_text(sql: exp.Expression) -> exp.Expression:
    return exp.Cast(this=sql, to=exp.DataType.build("text"))


def _emitter(registry: Registry, timezone: str) -> Emitter:
    return Emitter(registry, registry.dialects[_DIALECT], timezone, 1)


def _sql(query: exp.Query) -> str:
    return query.sql(_DIALECT, copy=False)
