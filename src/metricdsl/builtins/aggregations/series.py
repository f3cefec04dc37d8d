"""What a function that runs on a result gets out of SQL: the members of a group as one text."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.model.metric import Additivity
from metricdsl.model.result_functions import (
    BETWEEN_MEMBERS,
    BETWEEN_VALUES,
    COUNTED,
    ENDS,
    PACKED,
    SERIES,
    TOO_MANY,
)
from metricdsl.model.types import TEXT, ValueType
from metricdsl.spi.defs import AggregationDef, Mismatch
from metricdsl.spi.lowering import Emit, Operand

Join: TypeAlias = Callable[[Emit, Sql], Sql]
"""How an engine joins the texts of a group."""


def _infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
    del types
    return TEXT


def _joined(join: Join, emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """`2:key;value$|key;value$` of all members, in no order; of too many `!` and their number: they stay on the engine."""
    del result
    values, *keys, most = operands
    packed = emit.call(PACKED, *keys, result=TEXT).sql
    member = nodes.op(emit, "||", nodes.op(emit, "||", packed, nodes.text(BETWEEN_VALUES)), values.sql)
    member = nodes.op(emit, "||", member, nodes.text(ENDS))
    number = emit.function("COUNT", values.again())
    told = nodes.op(emit, "||", nodes.text(TOO_MANY), emit.cast(number, TEXT))
    few = nodes.op(emit, "<=", number.copy(), most.sql)
    counted = nodes.op(emit, "||", emit.cast(number.copy(), TEXT), nodes.text(COUNTED))
    all_of_them = nodes.op(emit, "||", counted, join(emit, member))
    none = nodes.op(emit, "=", number.copy(), nodes.whole(emit, 0))
    return nodes.case((none, nodes.null()), (few, all_of_them), otherwise=told)


def _by(function: str) -> Join:
    return lambda emit, member: emit.function(function, member, nodes.text(BETWEEN_MEMBERS))


def _of_array(emit: Emit, member: Sql) -> Sql:
    return emit.function(
        "arrayStringConcat", emit.function("groupArray", member), nodes.text(BETWEEN_MEMBERS)
    )


def _separated(emit: Emit, member: Sql) -> Sql:
    del emit
    return nodes.concatenated(member, BETWEEN_MEMBERS)


AGGREGATIONS = (
    AggregationDef(
        name=SERIES,
        signature="(values: text, most: integer) -> text",
        infer=_infer,
        lower={
            "*": partial(_joined, _by("STRING_AGG")),
            "sqlite": partial(_joined, _by("GROUP_CONCAT")),
            "clickhouse": partial(_joined, _of_array),
            "mariadb": partial(_joined, _separated),
            "mysql": partial(_joined, _separated),
        },
        doc="The members of a group, each with its keys and values, for a function that runs on the result.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        least=2,
        operator=True,
        with_keys=True,
    ),
)
"""The one that hands series over."""
