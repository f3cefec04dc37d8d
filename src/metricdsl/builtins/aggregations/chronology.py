"""Aggregations by time: the first and the last value.

Rows are ordered by the aggregate's own time, then by the key of the home (by the value itself where there is no key). Rows
without a time or without a value are skipped.
"""

from collections.abc import Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.functions.comparison import exact_text
from metricdsl.builtins.kinds import calendar, noun
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.units import settled
from metricdsl.model.metric import Additivity
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import AggregationDef, Inference, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand


def _infer(function: str) -> Inference:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        (x,) = types
        if calendar(x):
            return Mismatch("kinds", f"{function} needs a value of the rows, not {noun(x)} of months", 0)
        return ValueType(
            x.kind, settled(x.unit), x.scale, nullable=True, grain=x.grain, domain=x.domain, ordered=x.ordered
        )

    return infer


def _lower(*, descending: bool) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        x, *order = operands
        known = nodes.op(emit, "and", nodes.is_not_null(x.again()), nodes.is_not_null(order[0].again()))
        by = [exact_text(emit, o.sql, ordered=True) if o.type.kind is Kind.TEXT else o.sql for o in order]
        if emit.dialect == "duckdb":
            return nodes.kept(nodes.in_order(emit, "FIRST", x.sql, by, descending=descending), known)
        values = nodes.kept(nodes.in_order(emit, "ARRAY_AGG", x.sql, by, descending=descending), known)
        return nodes.element(values, nodes.whole(emit, 1))

    return lower


def _from_place(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """For engines without: the value, its place from 0 with those to skip last, and the number of values."""
    del result
    x, place, _ = operands
    first = nodes.op(emit, "=", place.sql, nodes.whole(emit, 0))
    return emit.function("MAX", nodes.case((first, x.sql)))


AGGREGATIONS = (
    AggregationDef(
        name="first",
        signature="(x: any) -> the same",
        infer=_infer("first"),
        lower={
            "*": _lower(descending=False),
            "sqlite": Emulated(_from_place),
            "datafusion": Emulated(_from_place),
            "clickhouse": Emulated(_from_place),
            "mariadb": Emulated(_from_place),
            "mysql": Emulated(_from_place),
            "spark": Emulated(_from_place),
            "databricks": Emulated(_from_place),
        },
        doc="The value of the earliest row by the aggregate's own time, of rows of one time the one with the least key; rows "
        "without a time or a value are skipped; null of none.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        by_time="first",
    ),
    AggregationDef(
        name="last",
        signature="(x: any) -> the same",
        infer=_infer("last"),
        lower={
            "*": _lower(descending=True),
            "sqlite": Emulated(_from_place),
            "datafusion": Emulated(_from_place),
            "clickhouse": Emulated(_from_place),
            "mariadb": Emulated(_from_place),
            "mysql": Emulated(_from_place),
            "spark": Emulated(_from_place),
            "databricks": Emulated(_from_place),
        },
        doc="The value of the latest row by the aggregate's own time, of rows of one time the one with the greatest key; rows "
        "without a time or a value are skipped; null of none.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        by_time="last",
    ),
)
