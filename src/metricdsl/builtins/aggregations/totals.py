"""Aggregations that add up or take the least or greatest: sum, count, avg, rate, min, max."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import (
    as_double,
    by_intervals,
    half_away,
    of_spark,
    operand,
    wraps,
    wraps_decimals,
)
from metricdsl.builtins.functions.comparison import exact_text
from metricdsl.builtins.kinds import calendar, condition, noun, numeric
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.units import settled
from metricdsl.model.metric import Additivity
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.model.unit import SHARE, Form
from metricdsl.spi.defs import AggregationDef, Example, Inference, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand


def _not_a_number(function: str, type: ValueType) -> Mismatch:
    fix = "count the rows for which it holds: `count(… where …)`" if type.kind is Kind.BOOLEAN else None
    return Mismatch("not-a-number", f"{function} needs a number or a duration, not {noun(type)}", 0, fix)


def measurable(type: ValueType) -> bool:
    """Whether it can be added up: a number or a duration."""
    return numeric(type) or (type.kind is Kind.DURATION and not calendar(type))


def _infer_sum(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if not measurable(x):
        return _not_a_number("sum", x)
    if x.unit.bare and x.unit.form is Form.SHARE:
        return Mismatch(
            "units", "shares do not add up over rows", 0, "weight them, or build the ratio from its parts"
        )
    return ValueType(x.kind, settled(x.unit), x.scale)


def _lower_sum(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    total = emit.function("SUM", _unwrapped(emit, operands[0]))
    if wraps_decimals(emit) and result.kind is not Kind.FLOAT:
        return emit.cast(total, ValueType(Kind.DECIMAL, scale=operands[0].type.scale))
    return total


def _unwrapped(emit: Emit, x: Operand) -> Sql:
    """What is added up: where sums of whole numbers would wrap around, as decimals."""
    whole = x.type.kind in {Kind.INTEGER, Kind.DURATION}
    if wraps_decimals(emit) and (whole or x.type.kind is Kind.DECIMAL):
        return nodes.wide_decimal(x.sql, 0 if whole else x.type.scale)
    return emit.cast(x.sql, ValueType(Kind.DECIMAL)) if whole and (wraps(emit) or of_spark(emit)) else x.sql


def _infer_avg(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, *weight = types
    if not measurable(x):
        return _not_a_number("avg", x)
    if weight and not measurable(weight[0]):
        return Mismatch("not-a-number", f"a weight is a number or a duration, not {noun(weight[0])}", 1)
    if not weight and x.unit.bare and x.unit.form is Form.SHARE:
        text = "the plain mean of shares gives a small one as much weight as a large one"
        fix = "weight them, `avg(share, weight: whole)`, or build the ratio from its parts: `sum(part) / sum(whole)`"
        return Mismatch("share-mean", text, 0, fix)
    if x.kind is Kind.DURATION:
        return ValueType(Kind.DURATION, settled(x.unit))
    return ValueType(Kind.FLOAT, settled(x.unit))


def _lower_avg(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x, *weight = operands
    if weight:
        mean = _weighted(emit, x, weight[0])
        return nodes.exact_integer(emit, half_away(emit, mean)) if result.kind is Kind.DURATION else mean
    total = operand(emit.function("SUM", _unwrapped(emit, x)), evolve(x.type, grain=None))
    count = emit.function("COUNT", x.again())
    mean = nodes.op(emit, "/", as_double(emit, total), count)
    return nodes.exact_integer(emit, half_away(emit, mean)) if result.kind is Kind.DURATION else mean


def _weighted(emit: Emit, x: Operand, weight: Operand) -> Sql:
    """Σxw / Σw over the rows where both are known. Of integers and decimals both sums are exact, but for SQLite, where
    products soon have more digits than its integers."""
    if Kind.DURATION in {x.type.kind, weight.type.kind} or emit.dialect == "sqlite":
        x, weight = (operand(as_double(emit, o), FLOAT) for o in (x, weight))
    product = emit.call("multiply", _bare(x), _bare(weight))
    total = operand(emit.function("SUM", _unwrapped(emit, product)), product.type)
    known = nodes.case((nodes.is_not_null(x.again()), weight.again()))
    weights = _unwrapped(emit, operand(known, weight.type))
    whole = as_double(emit, operand(emit.function("SUM", weights), weight.type))
    return nodes.op(emit, "/", as_double(emit, total), nodes.nullif(emit, whole, nodes.whole(emit, 0)))


def _bare(o: Operand) -> Operand:
    """The operand again, without its unit."""
    return Operand(sql=o.again(), type=ValueType(o.type.kind, scale=o.type.scale, nullable=o.type.nullable))


def _infer_count(types: Sequence[ValueType]) -> ValueType | Mismatch:
    del types
    return ValueType(Kind.INTEGER, nullable=False)


def _lower_count(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    if not operands or (operands[0].is_constant and operands[0].constant is not None):
        return nodes.count_all()
    return emit.function("COUNT", operands[0].sql)


def _lower_distinct(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    if len(operands) > 1 and (
        by_intervals(emit) or of_spark(emit)
    ):  # which counts those of several that are all known
        return nodes.count_distinct(*(o.sql for o in operands))
    if len(operands) > 1:
        return nodes.count_distinct(_pair(emit, operands))
    (x,) = operands
    sql = exact_text(emit, x.sql, ordered=False) if x.type.kind is Kind.TEXT else x.sql
    return nodes.count_distinct(sql)


def _lower_approximate(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return emit.function(
        "APPROX_COUNT_DISTINCT", _pair(emit, operands) if len(operands) > 1 else operands[0].sql
    )


def _pair(emit: Emit, operands: tuple[Operand, ...]) -> Sql:
    """Several values as one, null where one of them is null."""
    if emit.dialect == "sqlite":
        # QUOTE writes each value so that no two read the same; null with null.
        parts = [emit.function("QUOTE", o.sql) for o in operands]
        one = parts[0]
        for part in parts[1:]:
            one = nodes.op(emit, "||", nodes.op(emit, "||", one, nodes.text(",")), part)
    elif emit.dialect == "clickhouse":  # which has no nullable rows of values
        one = _lengths_and_texts(emit, operands)
    else:
        one = emit.function("ROW", *(o.sql for o in operands))
    known = nodes.is_not_null(operands[0].again())
    for o in operands[1:]:
        known = nodes.op(emit, "and", known, nodes.is_not_null(o.again()))
    return nodes.case((known, one))


def _lengths_and_texts(emit: Emit, operands: tuple[Operand, ...]) -> Sql:
    """The values as texts one after the other, each behind its length: no two read the same."""
    parts: list[Sql] = []
    for o in operands:
        written = emit.cast(o.sql, ValueType(Kind.TEXT))
        size = emit.cast(emit.function("LENGTH", written.copy()), ValueType(Kind.TEXT))
        parts += [size, nodes.text(":"), written]
    one = parts[0]
    for part in parts[1:]:
        one = nodes.op(emit, "||", one, part)
    return one


def _infer_extreme(function: str) -> Inference:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        (x,) = types
        if x.kind is Kind.BOOLEAN or calendar(x):
            return Mismatch(
                "kinds", f"{noun(x)} has no {'least' if function == 'min' else 'greatest'} value", 0
            )
        return ValueType(x.kind, settled(x.unit), x.scale, nullable=True, grain=x.grain, domain=x.domain)

    return infer


def _lower_extreme(name: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        (x,) = operands
        sql = exact_text(emit, x.sql, ordered=True) if result.kind is Kind.TEXT else x.sql
        return emit.function(name, sql)

    return lower


def _infer_rate(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (q,) = types
    if not condition(q):
        return Mismatch("condition", f"rate asks for a condition; this is {noun(q)}", 0)
    return ValueType(Kind.FLOAT, SHARE)


def _lower_rate(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    (q,) = operands
    true = emit.function("COUNT", nodes.case((q.sql, nodes.whole(emit, 1))))
    known = nodes.nullif(emit, emit.function("COUNT", q.again()), nodes.whole(emit, 0))
    return nodes.op(emit, "/", emit.cast(true, result), known)


AGGREGATIONS = (
    AggregationDef(
        name="sum",
        signature="(x: number<u> | duration) -> number<u> | duration",
        infer=_infer_sum,
        lower={"*": _lower_sum},
        doc="The sum of the values that are not null; null of none. Of integers and decimals it is exact.",
        additivity=Additivity.ADDITIVE,
        identity=None,
        merge="sum",
        moments=("n", "sum", "sum_of_squares"),
        examples=(Example(formula="sum(1, null, 2)", gives="3"), Example(formula="sum(null)", gives="null")),
    ),
    AggregationDef(
        name="count_rows",
        signature="(entity) -> integer<entity>",
        infer=_infer_count,
        lower={"*": _lower_count},
        doc="`count(order)`: how many rows there are; 0 of none.",
        additivity=Additivity.ADDITIVE,
        identity=0,
        merge="sum",
        moments=("n",),
        least=0,
        most=1,
    ),
    AggregationDef(
        name="count",
        signature="(x: any) -> integer",
        infer=_infer_count,
        lower={"*": _lower_count},
        doc="`count(x)`: how many values are not null; 0 of none.",
        additivity=Additivity.ADDITIVE,
        identity=0,
        merge="sum",
        moments=("n",),
        examples=(Example(formula="count(5, null, 5)", gives="2"), Example(formula="count(null)", gives="0")),
    ),
    AggregationDef(
        name="count_distinct",
        signature="(x: any, …) -> integer",
        infer=_infer_count,
        lower={"*": _lower_distinct},
        doc="`count(distinct x)`: how many different values are not null, exactly. Text differs by case, accents and spaces.",
        additivity=Additivity.NON_ADDITIVE,
        identity=0,
        merge=None,
        examples=(
            Example(formula="count_distinct(5, null, 5, 6)", gives="2"),
            Example(formula='count_distinct("a", "A", "a ")', gives="3"),
        ),
        least=1,
        most=-1,
    ),
    AggregationDef(
        name="approx_count_distinct",
        signature="(x: any, …) -> integer",
        infer=_infer_count,
        lower={"*": Emulated(_lower_distinct), "duckdb": _lower_approximate},
        doc="About how many different values are not null, within a few percent; quicker than `count(distinct x)` where there "
        "are very many. Exact on engines without an approximation; where it is one, the result says so.",
        additivity=Additivity.NON_ADDITIVE,
        identity=0,
        merge=None,
        examples=(Example(formula="approx_count_distinct(5, null, 5, 6)", gives="2"),),
        least=1,
        most=-1,
        approximate_on=frozenset({"duckdb"}),
    ),
    AggregationDef(
        name="avg",
        signature="(x: number<u> | duration, weight: number | duration) -> float<u> | duration",
        infer=_infer_avg,
        lower={"*": _lower_avg},
        doc="The mean of the values that are not null; null of none. Of durations to the nearest microsecond. With a weight w "
        "it is Σxw / Σw over the rows where both are known, and null where the weights add up to 0.",
        named={"weight": ()},
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        moments=("n", "sum", "sum_of_squares"),
        examples=(
            Example(formula="avg(1, null, 2)", gives="1.5"),
            Example(formula="avg(1 day, 2 days)", gives="36 hours"),
        ),
    ),
    AggregationDef(
        name="rate",
        signature="(q: boolean) -> share",
        infer=_infer_rate,
        lower={"*": _lower_rate},
        doc="`rate(E where p, that: q)`: the share of the rows with p for which q holds; rows with a null q are left out of both.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        moments=("n", "sum"),
        examples=(
            Example(formula="rate(true, false, null, true, true)", gives="0.75"),
            Example(formula="rate(null = 1)", gives="null"),
        ),
    ),
    AggregationDef(
        name="min",
        signature="(x: number<u> | text | date | timestamp | duration) -> the same",
        infer=_infer_extreme("min"),
        lower={"*": _lower_extreme("MIN")},
        doc="The least value; null of none. Text by code point.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge="min",
        examples=(
            Example(formula='min("b", "B", null)', gives='"B"'),
            Example(formula="min(2026-02-01, 2026-01-31)", gives="2026-01-31"),
        ),
    ),
    AggregationDef(
        name="max",
        signature="(x: number<u> | text | date | timestamp | duration) -> the same",
        infer=_infer_extreme("max"),
        lower={"*": _lower_extreme("MAX")},
        doc="The greatest value; null of none. Text by code point.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge="max",
        examples=(
            Example(formula="max(1.25, 10, null)", gives="10"),
            Example(formula="max(null)", gives="null"),
        ),
    ),
)
