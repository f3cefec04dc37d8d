"""Values written as one text, so that each can be read back exactly: what a function that runs on a result gets out of SQL."""

from collections.abc import Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.nodes import Sql
from metricdsl.model.result_functions import BETWEEN_VALUES, PACKED
from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import FunctionDef, Mismatch, NullRule
from metricdsl.spi.lowering import Emit, Operand

_ALL_DIGITS = "%!.17g"
"""How SQLite writes a float so that it is read back as the same number; a cast would cut it to 15 digits."""


def _infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
    del types
    return TEXT


def _lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """The values with `;` between them, a null as nothing. A text is left out: nothing tells where it would end."""
    del result
    found = nodes.text("") if not operands else _written(emit, operands[0])
    for operand in operands[1:]:
        found = nodes.op(
            emit, "||", nodes.op(emit, "||", found, nodes.text(BETWEEN_VALUES)), _written(emit, operand)
        )
    return found


def _written(emit: Emit, operand: Operand) -> Sql:
    kind = operand.type.kind
    if kind in {Kind.TEXT, Kind.UNKNOWN, Kind.NULL}:
        return nodes.text("")
    sql = operand.sql
    if emit.dialect == "sqlite":
        if kind is Kind.FLOAT:
            sql = emit.function("PRINTF", nodes.text(_ALL_DIGITS), sql)
            return emit.function(
                "COALESCE", nodes.case((nodes.is_not_null(operand.again()), sql)), nodes.text("")
            )
        if kind is Kind.DECIMAL and operand.type.scale:
            last = nodes.text(f"e-{operand.type.scale}")
            return emit.function("COALESCE", nodes.op(emit, "||", emit.cast(sql, TEXT), last), nodes.text(""))
    return emit.function("COALESCE", emit.cast(sql, TEXT), nodes.text(""))


FUNCTIONS = (
    FunctionDef(
        name=PACKED,
        signature="(value: any, …) -> text",
        infer=_infer,
        lower={"*": _lower},
        doc="The values of a member as one text, for a function that runs on the result.",
        nulls=NullRule.OWN,
        least=0,
        most=-1,
        operator=True,
    ),
)
"""The one that packs values."""
