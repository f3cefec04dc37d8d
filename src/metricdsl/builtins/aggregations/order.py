"""Aggregations by place in the order of values: median and percentiles, exact.

Of numbers they interpolate between neighbours: position p(n - 1), counted from 0. Of dates and timestamps they take the
lower neighbour, found with whole numbers: floor(0.29 × 100) is 29, where doubles say 28.
"""

from collections.abc import Sequence
from decimal import Decimal

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import as_double, half_away
from metricdsl.builtins.kinds import calendar, noun
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.units import settled
from metricdsl.model.metric import Additivity
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.spi.defs import AggregationDef, ConstantType, Example, Mismatch, Table
from metricdsl.spi.lowering import Emit, Emulated, Operand


def _infer_median(types: Sequence[ValueType]) -> ValueType | Mismatch:
    return _typed("median", types[0])


def _typed(function: str, x: ValueType) -> ValueType | Mismatch:
    if x.kind in {Kind.TEXT, Kind.BOOLEAN} or calendar(x):
        return Mismatch("not-a-number", f"{function} needs a number, a time or a duration, not {noun(x)}", 0)
    if x.kind.temporal or x.kind is Kind.DURATION:
        return ValueType(x.kind, grain=x.grain)
    return ValueType(Kind.FLOAT, settled(x.unit))


def _infer_percentile(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, p = types
    if (
        not isinstance(p, ConstantType)
        or isinstance(p.value, bool)
        or not isinstance(p.value, int | float | Decimal)
    ):
        return Mismatch("arguments", "percentile needs a written percentage, as in `percentile(x, 90%)`", 1)
    if not 0 <= p.value <= 1:
        fix = f"write {p.value}%" if 1 < p.value <= 100 else None
        return Mismatch("arguments", "the percentage of a percentile lies between 0% and 100%", 1, fix)
    return _typed("percentile", x)


def fraction_of(operands: Sequence[Operand]) -> Decimal:
    """The position p that the constant arguments ask for: 0.5 for a median."""
    return Decimal(str(operands[1].constant)) if len(operands) > 1 else Decimal("0.5")


def _lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x, p = operands[0], fraction_of(operands)
    if result.kind.temporal:
        return _lower_neighbour(emit, x, p)
    if emit.dialect == "duckdb":
        found = emit.function("QUANTILE_CONT", as_double(emit, x), nodes.decimal(p))
    else:
        found = nodes.within_group(emit.function("PERCENTILE_CONT", nodes.decimal(p)), as_double(emit, x))
    return nodes.exact_integer(emit, half_away(emit, found)) if result.kind is Kind.DURATION else found


def _lower_neighbour(emit: Emit, x: Operand, p: Decimal) -> Sql:
    over, under = p.as_integer_ratio()
    last = nodes.op(emit, "-", emit.function("COUNT", x.again()), nodes.whole(emit, 1))
    place = nodes.op(emit, "*", nodes.whole(emit, over), last)
    if emit.dialect == "duckdb":
        index = nodes.op(
            emit, "+", nodes.op(emit, "div", place, nodes.whole(emit, under)), nodes.whole(emit, 1)
        )
        values = emit.function(
            "LIST_SORT", emit.function("LIST", x.sql), nodes.text("ASC"), nodes.text("NULLS LAST")
        )
        return emit.function("LIST_EXTRACT", values, index)
    index = nodes.op(emit, "+", emit.function("DIV", place, nodes.whole(emit, under)), nodes.whole(emit, 1))
    return nodes.element(nodes.sorted_array(emit, x.sql), emit.cast(index, _PLACE))


_PLACE = ValueType(Kind.INTEGER)


def _from_places(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """For engines without: the operands are the value, p if it was given, the place of the row (from 0, nulls last) and the
    number of values; both from the step that ranks the rows."""
    x, place, count = operands[0], operands[-2], operands[-1]
    over, under = fraction_of(operands[:-2]).as_integer_ratio()
    last = nodes.op(emit, "-", count.sql, nodes.whole(emit, 1))
    scaled = nodes.op(emit, "*", nodes.whole(emit, over), last)
    lower = nodes.op(emit, "/", scaled, nodes.whole(emit, under))

    def at(position: Sql, sql: Sql) -> Sql:
        return emit.function("MAX", nodes.case((nodes.op(emit, "=", place.again(), position), sql)))

    if result.kind.temporal or under == 1:
        found = at(lower, x.sql if result.kind.temporal else as_double(emit, x))
        return found if result.kind is not Kind.DURATION else nodes.exact_integer(emit, found)
    low = at(lower, as_double(emit, x))
    up = nodes.op(emit, "+", scaled.copy(), nodes.whole(emit, under - 1))
    high = at(
        nodes.op(emit, "/", up, nodes.whole(emit, under)),
        as_double(emit, Operand(sql=x.again(), type=x.type)),
    )
    part = nodes.op(emit, "%", scaled.copy(), nodes.whole(emit, under))
    weight = nodes.op(emit, "/", emit.cast(emit.function("MAX", part), FLOAT), nodes.whole(emit, under))
    rise = nodes.op(emit, "*", nodes.op(emit, "-", high, low.copy()), weight)
    found = nodes.op(emit, "+", low, rise)
    return nodes.exact_integer(emit, half_away(emit, found)) if result.kind is Kind.DURATION else found


_LOWER: Table = {"duckdb": _lower, "postgres": _lower, "sqlite": Emulated(_from_places)}

AGGREGATIONS = (
    AggregationDef(
        name="median",
        signature="(x: number<u> | date | timestamp | duration) -> float<u> | date | timestamp | duration",
        infer=_infer_median,
        lower=_LOWER,
        doc="The middle value, exactly: of an even number of numbers the mean of the two, of times the earlier; null of none.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        examples=(
            Example(formula="median(4, 1, null, 3, 2)", gives="2.5"),
            Example(formula="median(2026-01-01, 2026-01-04)", gives="2026-01-01"),
        ),
        ordered=True,
    ),
    AggregationDef(
        name="percentile",
        signature="(x: number<u> | date | timestamp | duration, p: share) -> float<u> | date | timestamp | duration",
        infer=_infer_percentile,
        lower=_LOWER,
        doc="The value at position p(n - 1) of the ordered values, exactly: between two numbers it interpolates, of times it "
        "takes the earlier; null of none.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        examples=(
            Example(formula="percentile(1, 2, 3, 4, 90%)", gives="3.7"),
            Example(formula="percentile(5, 100%)", gives="5"),
        ),
        ordered=True,
        least=2,
    ),
)
