"""Aggregations by place in the order of values: median and percentiles, exact.

Of numbers they interpolate between neighbours: position p(n - 1), counted from 0. Of dates and timestamps they take the
lower neighbour, found with whole numbers: floor(0.29 × 100) is 29, where doubles say 28. `method: discrete` takes the value
at place ⌈p·n⌉, counted from 1 and at least 1: the least one that the share p of the values does not exceed (SQL's
PERCENTILE_DISC).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeAlias

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import as_double, half_away
from metricdsl.builtins.kinds import calendar, noun, value
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.units import settled
from metricdsl.model.metric import Additivity
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.model.unit import Form
from metricdsl.spi.defs import AggregationDef, ConstantType, Example, Mismatch, Table
from metricdsl.spi.lowering import Emit, Emulated, Operand

_PLACE = ValueType(Kind.INTEGER)
Divide: TypeAlias = Callable[[Sql, Sql], Sql]
"""Makes the quotient of two whole numbers, cut off."""


def _infer_median(types: Sequence[ValueType]) -> ValueType | Mismatch:
    return _typed("median", types[0])


def _typed(function: str, x: ValueType) -> ValueType | Mismatch:
    if x.kind in {Kind.TEXT, Kind.BOOLEAN} or calendar(x):
        return Mismatch("not-a-number", f"{function} needs a number, a time or a duration, not {noun(x)}", 0)
    if x.kind.temporal or x.kind is Kind.DURATION:
        return ValueType(x.kind, settled(x.unit), grain=x.grain)
    return ValueType(Kind.FLOAT, settled(x.unit))


def _infer_percentile(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, p, *method = types
    if (
        not isinstance(p, ConstantType)
        or isinstance(p.value, bool)
        or not isinstance(p.value, int | float | Decimal)
    ):
        return Mismatch("arguments", "percentile needs a written percentage, as in `percentile(x, 90%)`", 1)
    if not 0 <= p.value <= 1:
        written = 1 < p.value <= 100 and p.unit.form is not Form.SHARE
        fix = f"write {p.value}%" if written else "0% is the least value, 50% the median, 100% the greatest"
        return Mismatch("arguments", "the percentage of a percentile lies between 0% and 100%", 1, fix)
    typed = _typed("percentile", x)
    if not method or isinstance(typed, Mismatch):
        return typed
    if value(method[0]) == "discrete":
        return ValueType(x.kind, settled(x.unit), x.scale, grain=x.grain)
    if typed.kind.temporal:
        fix = "leave the method out for the earlier neighbour, or write `method: discrete`"
        return Mismatch("arguments", "there is nothing between two times to interpolate", 2, fix)
    return typed


def fraction_of(operands: Sequence[Operand]) -> Decimal:
    """The position p that the constant arguments ask for: 0.5 for a median."""
    return Decimal(str(operands[1].constant)) if len(operands) > 1 else Decimal("0.5")


def _discrete(operands: Sequence[Operand]) -> bool:
    """Whether the constant arguments ask for one of the values."""
    return len(operands) > 2 and operands[2].constant == "discrete"


def _place(emit: Emit, p: Decimal, count: Sql, *, discrete: bool, cut: Divide) -> Sql:
    """The place of the value at or below position p, from 0: floor(p(n - 1)), or ⌈p·n⌉ - 1 where one of the values is asked
    for. `cut` divides whole numbers and cuts off."""
    over, under = p.as_integer_ratio()
    if discrete and over == 0:
        return nodes.whole(emit, 0)
    one = nodes.whole(emit, 1)
    number = count if discrete else nodes.op(emit, "-", count, one)
    whole = nodes.op(emit, "*", nodes.whole(emit, over), number)
    if not discrete:
        return cut(whole, nodes.whole(emit, under))
    up = nodes.op(emit, "+", whole, nodes.whole(emit, under - 1))
    return nodes.op(emit, "-", cut(up, nodes.whole(emit, under)), one)


def _lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x, p = operands[0], fraction_of(operands)
    if _discrete(operands):
        return _lower_neighbour(emit, x, p, discrete=True)
    if result.kind.temporal:
        return _lower_neighbour(emit, x, p)
    if emit.dialect == "duckdb":
        found = emit.function("QUANTILE_CONT", as_double(emit, x), nodes.decimal(p))
    else:
        found = nodes.within_group(emit.function("PERCENTILE_CONT", nodes.decimal(p)), as_double(emit, x))
    return nodes.exact_integer(emit, half_away(emit, found)) if result.kind is Kind.DURATION else found


def _lower_neighbour(emit: Emit, x: Operand, p: Decimal, *, discrete: bool = False) -> Sql:
    count = emit.function("COUNT", x.again())

    def cut(a: Sql, b: Sql) -> Sql:
        return nodes.op(emit, "div", a, b) if emit.dialect == "duckdb" else emit.function("DIV", a, b)

    index = nodes.op(emit, "+", _place(emit, p, count, discrete=discrete, cut=cut), nodes.whole(emit, 1))
    if emit.dialect == "duckdb":
        values = emit.function(
            "LIST_SORT", emit.function("LIST", x.sql), nodes.text("ASC"), nodes.text("NULLS LAST")
        )
        return emit.function("LIST_EXTRACT", values, index)
    return nodes.element(nodes.sorted_array(emit, x.sql), emit.cast(index, _PLACE))


def _from_places(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """For engines without: the operands are the value, p if it was given, the place of the row (from 0, nulls last) and the
    number of values; both from the step that ranks the rows."""
    x, place, count = operands[0], operands[-2], operands[-1]
    p = fraction_of(operands[:-2])
    over, under = p.as_integer_ratio()
    discrete = _discrete(operands[:-2])

    def cut(a: Sql, b: Sql) -> Sql:
        return nodes.cut_off(emit, a, b)

    lower = _place(emit, p, count.again(), discrete=discrete, cut=cut)

    def at(position: Sql, sql: Sql) -> Sql:
        return emit.function("MAX", nodes.case((nodes.op(emit, "=", place.again(), position), sql)))

    if discrete:
        return at(lower, x.sql)
    if result.kind.temporal or under == 1:
        found = at(lower, x.sql if result.kind.temporal else as_double(emit, x))
        return found if result.kind is not Kind.DURATION else nodes.exact_integer(emit, found)
    low = at(lower, as_double(emit, x))
    scaled = nodes.op(
        emit, "*", nodes.whole(emit, over), nodes.op(emit, "-", count.sql, nodes.whole(emit, 1))
    )
    up = nodes.op(emit, "+", scaled.copy(), nodes.whole(emit, under - 1))
    high = at(
        nodes.cut_off(emit, up, nodes.whole(emit, under)),
        as_double(emit, Operand(sql=x.again(), type=x.type)),
    )
    part = nodes.op(emit, "%", scaled.copy(), nodes.whole(emit, under))
    weight = nodes.op(emit, "/", emit.cast(emit.function("MAX", part), FLOAT), nodes.whole(emit, under))
    rise = nodes.op(emit, "*", nodes.op(emit, "-", high, low.copy()), weight)
    found = nodes.op(emit, "+", low, rise)
    return nodes.exact_integer(emit, half_away(emit, found)) if result.kind is Kind.DURATION else found


_LOWER: Table = {
    "duckdb": _lower,
    "postgres": _lower,
    "sqlite": Emulated(_from_places),
    "datafusion": Emulated(_from_places),
    "clickhouse": Emulated(_from_places),
    "mariadb": Emulated(_from_places),
    "mysql": Emulated(_from_places),
    "spark": Emulated(_from_places),
    "databricks": Emulated(_from_places),
}

AGGREGATIONS = (
    AggregationDef(
        name="median",
        signature="(x: number<u> | date | timestamp | duration) -> float<u> | date | timestamp | duration",
        infer=_infer_median,
        lower=_LOWER,
        doc="The middle value, exactly: of an even number of numbers or durations the mean of the two, of dates and timestamps the earlier; null of none.",
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
        signature="(x: number<u> | date | timestamp | duration, p: share, method: linear | discrete) -> float<u> | date | timestamp | duration",
        infer=_infer_percentile,
        lower=_LOWER,
        doc="The value at position p(n - 1) of the ordered values, exactly: between two numbers or durations it interpolates, "
        "of dates and timestamps it takes the earlier; null of none. `method: discrete` gives one of the values, of its own type: the least one that the "
        "share p of them does not exceed.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        examples=(
            Example(formula="percentile(1, 2, 3, 4, 90%)", gives="3.7"),
            Example(formula="percentile(5, 100%)", gives="5"),
            Example(formula="percentile(1, 2, 3, 4, 90%, method: discrete)", gives="4"),
            Example(formula="percentile(1, 2, 3, 4, 50%, method: discrete)", gives="2"),
        ),
        ordered=True,
        least=2,
        named={"method": ("linear", "discrete")},
    ),
)
