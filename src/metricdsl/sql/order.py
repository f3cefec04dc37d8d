"""The order of a result as SQL."""

from sqlglot import exp

from metricdsl.model.request import SortKey
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.groups import Sql
from metricdsl.sql.names import fitted
from metricdsl.sql.reader import Reader


def sort_key(key: SortKey, type_: ValueType, sql: Sql, reader: Reader, *, again: bool = False) -> exp.Ordered:
    """By the result's column; by its formula again where the order of text has to be said, or with `again`."""
    emit = reader.emit
    other = in_order(type_, sql, emit)
    if other is not None:
        return trees.ordered(other, descending=key.descending)
    if again:
        return trees.ordered(sql(), descending=key.descending)
    return trees.ordered(
        trees.column(fitted(key.name, emit.definition.identifier_bytes)), descending=key.descending
    )


def in_order(type_: ValueType, sql: Sql, emit: Emitter) -> exp.Expression | None:
    """What values are put in order by, where that is not the values as they are: a place among texts, their code points."""
    if type_.ordered and type_.domain is not None:
        return _place_in(type_.domain, sql())
    if type_.kind is Kind.TEXT:
        return emit.operator("sort.text", Operand(sql=sql(), type=type_), result=type_)
    return None


def _place_in(domain: tuple[str, ...], sql: exp.Expression) -> exp.Expression:
    """The place of a text among those that it may be; of null, null."""
    places = [
        exp.If(this=exp.Literal.string(value), true=trees.number(place))
        for place, value in enumerate(domain, 1)
    ]
    return exp.Case(this=trees.operand(sql), ifs=places)
