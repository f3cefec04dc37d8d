"""Comparisons: typed, exact, three-valued."""

from collections.abc import Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import aligned
from metricdsl.builtins.kinds import noun, nullable, unified
from metricdsl.builtins.nodes import Sign, Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import NUMBER
from metricdsl.spi.defs import Example, FunctionDef, Mismatch, NullRule
from metricdsl.spi.lowering import Emit, Lowering, Operand


def _infer_equality(types: Sequence[ValueType]) -> ValueType | Mismatch:
    common = unified(types, "compare")
    if isinstance(common, Mismatch):
        return common
    return ValueType(Kind.BOOLEAN, nullable=nullable(types))


def _infer_order(types: Sequence[ValueType]) -> ValueType | Mismatch:
    for index, t in enumerate(types):
        if t.kind is Kind.BOOLEAN:
            return Mismatch("kinds", f"{noun(t)} has no order to compare by; = and != compare it", index)
    return _infer_equality(types)


def common_type(operands: Sequence[Operand]) -> ValueType:
    """The type in which some operands are compared."""
    plain = [ValueType(o.type.kind, NUMBER, o.type.scale, o.type.nullable) for o in operands]
    common = unified(plain)
    assert isinstance(common, ValueType), "compared only after inference"
    return common


def exact_text(emit: Emit, sql: Sql, *, ordered: bool) -> Sql:
    """A text that compares code point by code point, whatever its column or database says."""
    if emit.dialect == "sqlite" and nodes.is_column(sql):
        return nodes.collated(sql, "BINARY")
    if emit.dialect == "postgres" and ordered:
        return nodes.collated(sql, "C")
    return sql


def compared(emit: Emit, sign: Sign, left: Operand, right: Operand) -> Sql:
    """left SIGN right, both brought to one kind."""
    common = common_type((left, right))
    a, b = aligned(emit, left, common), aligned(emit, right, common)
    if common.kind is Kind.TEXT:
        a = exact_text(emit, a, ordered=sign not in {"=", "<>"})
    return nodes.op(emit, sign, a, b)


def _lower(sign: Sign) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        return compared(emit, sign, *operands)

    return lower


def _infer_in(types: Sequence[ValueType]) -> ValueType | Mismatch:
    subject, *items = types
    for index, item in enumerate(items, 1):
        common = unified((subject, item), "compare")
        if isinstance(common, Mismatch):
            return Mismatch(common.code, common.message, index, common.fix)
    # Two items each fit a bare number, and still not each other.
    return _infer_equality(types)


def _lower_in(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """Null never stands among the items: engines differ there. With a null item, what is not found is not known."""
    del result
    subject, *items = operands
    known = [item for item in items if not (item.is_constant and item.constant is None)]
    if not known:
        return emit.cast(nodes.null(), ValueType(Kind.BOOLEAN))
    common = common_type((subject, *known))
    sql = aligned(emit, subject, common)
    if common.kind is Kind.TEXT:
        sql = exact_text(emit, sql, ordered=False)
    if emit.dialect == "clickhouse" and not all(item.is_constant for item in known):
        # An item that turns out null is left out there: one comparison after the other says what is not known.
        each = [nodes.op(emit, "=", sql.copy(), aligned(emit, item, common)) for item in known]
        found = each[0]
        for one in each[1:]:
            found = nodes.op(emit, "or", found, one)
    else:
        found = nodes.is_in(sql, [aligned(emit, item, common) for item in known])
    if len(known) == len(items):
        return found
    return nodes.case((found, emit.constant(value=True, type=ValueType(Kind.BOOLEAN)).sql))


def _infer_is_null(types: Sequence[ValueType]) -> ValueType | Mismatch:
    del types
    return ValueType(Kind.BOOLEAN, nullable=False)


def _lower_is_null(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del emit, result
    return nodes.is_null(operands[0].sql)


_ORDERED = "Numbers compare with numbers of a like unit, dates with timestamps as their midnight, text code point by code point."


def _comparison(
    name: str, sign: Sign, written: str, examples: tuple[Example, ...], *, ordered: bool
) -> FunctionDef:
    signature = "(a: x, b: x) -> boolean"
    return FunctionDef(
        name=name,
        signature=signature,
        infer=_infer_order if ordered else _infer_equality,
        lower={"*": _lower(sign)},
        doc=f"Written `a {written} b`. {_ORDERED} Null where either side is null.",
        examples=examples,
        least=2,
        operator=True,
    )


FUNCTIONS = (
    _comparison(
        "equal",
        "=",
        "=",
        (
            Example(formula="1 = 1.0", gives="true"),
            Example(formula='"abc" = "ABC"', gives="false"),
            Example(formula='"abc" = "abc "', gives="false"),
            Example(formula="2026-01-01 = 2026-01-01T00:00:00", gives="true"),
            Example(formula="null = null", gives="null"),
        ),
        ordered=False,
    ),
    _comparison("not_equal", "<>", "!=", (Example(formula='"é" != "e"', gives="true"),), ordered=False),
    _comparison(
        "less",
        "<",
        "<",
        (Example(formula='"Z" < "a"', gives="true"), Example(formula="1.5 < 2", gives="true")),
        ordered=True,
    ),
    _comparison(
        "at_most",
        "<=",
        "<=",
        (Example(formula="2026-01-01T00:00:01 <= 2026-01-01", gives="false"),),
        ordered=True,
    ),
    _comparison("greater", ">", ">", (Example(formula="90 minutes > 1 hour", gives="true"),), ordered=True),
    _comparison("at_least", ">=", ">=", (Example(formula="30% >= 0.3", gives="true"),), ordered=True),
    FunctionDef(
        name="in",
        signature="(x: t, item: t, …) -> boolean",
        infer=_infer_in,
        lower={"*": _lower_in},
        doc="Written `x in (a, b)`: whether x equals one of the items. With a null item, null where none is found.",
        examples=(
            Example(formula="2 in (1, 2)", gives="true"),
            Example(formula='"a" in ("A", "b")', gives="false"),
            Example(formula="2 in (1, null)", gives="null"),
            Example(formula="1 in (1, null)", gives="true"),
        ),
        nulls=NullRule.OWN,
        least=2,
        most=-1,
        operator=True,
    ),
    FunctionDef(
        name="is_null",
        signature="(x: any) -> boolean",
        infer=_infer_is_null,
        lower={"*": _lower_is_null},
        doc="Written `x is null`, and `x is not null` for its contrary; never null itself.",
        examples=(Example(formula="null is null", gives="true"), Example(formula="0 is null", gives="false")),
        nulls=NullRule.OWN,
        operator=True,
    ),
)
