"""Aggregations of how values spread and go together: variance, standard deviation, correlation, slope.

With mx the mean of x over the n rows where all arguments are known (Chan, Golub, LeVeque 1983, the corrected two-pass form):

    variance      (Σ(x - mx)² - (Σ(x - mx))²/n) / (n - 1)
    stddev        √variance
    correlation   Sxy / √(Sxx·Syy),   Sxy = Σ(x - mx)(y - my) - Σ(x - mx)·Σ(y - my)/n
    slope         Sxy / Sxx

The values are brought to their middle before they are multiplied, so that a large number added to each takes no digits.
Engines that have them do so themselves; for SQLite a step gives the means, and this is written out.
"""

from collections.abc import Callable, Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.aggregations.totals import measurable
from metricdsl.builtins.conversion import as_double, half_away, operand, scaled
from metricdsl.builtins.kinds import noun, numeric
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.products import divided
from metricdsl.builtins.units import settled, subtracted
from metricdsl.model.metric import Additivity
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.model.unit import NUMBER, Unit
from metricdsl.spi.defs import AggregationDef, Example, Mismatch, Table
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand


def _unit_of_difference(x: ValueType) -> Unit:
    """The unit of how far two values are apart: points for shares."""
    found = subtracted(ValueType(x.kind, x.unit), ValueType(x.kind, x.unit))
    return settled(x.unit if isinstance(found, Mismatch) else found)


def _infer_stddev(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if not measurable(x):
        return Mismatch("not-a-number", f"stddev needs a number or a duration, not {noun(x)}", 0)
    if x.kind is Kind.DURATION:
        return ValueType(Kind.DURATION, settled(x.unit))
    return ValueType(Kind.FLOAT, _unit_of_difference(x))


def _infer_variance(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if x.kind is Kind.DURATION:
        fix = "take stddev, or divide the duration by one: `x / (1 day)`"
        return Mismatch("not-a-number", "the square of a duration is none: variance needs a number", 0, fix)
    if not numeric(x):
        return Mismatch("not-a-number", f"variance needs a number, not {noun(x)}", 0)
    unit = _unit_of_difference(x)
    return ValueType(Kind.FLOAT, NUMBER if unit.bare else unit.times(unit))


def _two_numbers(function: str, types: Sequence[ValueType]) -> Mismatch | None:
    for index, type in enumerate(types):
        if not numeric(type):
            fix = "divide the duration by one: `x / (1 day)`" if type.kind is Kind.DURATION else None
            return Mismatch(
                "not-a-number", f"{function} needs two numbers, and this is {noun(type)}", index, fix
            )
    return None


def _infer_correlation(types: Sequence[ValueType]) -> ValueType | Mismatch:
    return _two_numbers("correlation", types) or ValueType(Kind.FLOAT)


def _infer_slope(types: Sequence[ValueType]) -> ValueType | Mismatch:
    y, x = types
    rise = ValueType(y.kind, _unit_of_difference(y))
    run = ValueType(x.kind, _unit_of_difference(x))
    return _two_numbers("slope", types) or ValueType(Kind.FLOAT, settled(divided(rise, run)))


def _of_one(native: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        (x,) = operands
        exact = emit.dialect == "postgres" and x.type.kind in {Kind.INTEGER, Kind.DECIMAL}
        found = emit.function(native, x.sql if exact else as_double(emit, x))
        if exact:
            found = emit.cast(found, FLOAT)
        return nodes.exact_integer(emit, half_away(emit, found)) if result.kind is Kind.DURATION else found

    return lower


def _of_two(native: str, *, both: bool) -> Lowering:
    """Engines differ where nothing spreads (NaN, null): it is looked at first; with `both` for either argument."""

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        first, second = (operand(as_double(emit, o), FLOAT) for o in operands)
        spreads = _spreads(emit, _where_known(second, first.again()))
        if both:
            spreads = nodes.op(emit, "and", _spreads(emit, _where_known(first, second.again())), spreads)
        return nodes.case((spreads, emit.function(native, first.sql, second.sql)))

    return lower


def _where_known(x: Operand, other: Sql) -> Sql:
    return nodes.case((nodes.is_not_null(other), x.again()))


def _spreads(emit: Emit, x: Sql) -> Sql:
    return nodes.op(emit, "<", emit.function("MIN", x), emit.function("MAX", x.copy()))


def _apart(emit: Emit, x: Operand, mean: Operand) -> Sql:
    """How far a value is from the mean, in the unit in which it is stored."""
    return nodes.op(emit, "-", nodes.double(emit, x.again()), mean.again())


def _product_sum(emit: Emit, x: Callable[[], Sql], y: Callable[[], Sql]) -> Sql:
    """Σxy - Σx·Σy/n of values near their middle: the second part takes away what the mean was rounded by."""
    count = emit.function("COUNT", x())
    rounded = nodes.op(emit, "*", emit.function("SUM", x()), emit.function("SUM", y()))
    off = nodes.op(emit, "/", rounded, count)
    return nodes.op(emit, "-", emit.function("SUM", nodes.op(emit, "*", x(), y())), off)


def _stored_scale(emit: Emit, type: ValueType) -> int:
    """How many of the stored unit make one: decimals may be whole numbers of their last digit."""
    return 10**type.scale if type.kind is Kind.DECIMAL and scaled(emit) else 1


def _centred_variance(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, mean = operands
    squares = _product_sum(emit, lambda: _apart(emit, x, mean), lambda: _apart(emit, x, mean))
    less = nodes.op(emit, "-", emit.function("COUNT", x.again()), nodes.whole(emit, 1))
    spread = nodes.op(emit, "/", squares, less)
    scale = _stored_scale(emit, x.type)
    if scale != 1:
        spread = nodes.op(emit, "/", spread, nodes.real(emit, float(scale**2)))
    several = nodes.op(emit, ">", emit.function("COUNT", x.again()), nodes.whole(emit, 1))
    return nodes.case(
        (
            _spreads(emit, x.again()),
            emit.function("MAX" if scaled(emit) else "GREATEST", spread, nodes.real(emit, 0.0)),
        ),
        (several, nodes.real(emit, 0.0)),
    )


def _centred_stddev(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    root = emit.function("SQRT", _centred_variance(emit, operands, FLOAT))
    return nodes.exact_integer(emit, half_away(emit, root)) if result.kind is Kind.DURATION else root


def _centred_correlation(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, y, mean_x, mean_y = operands

    def dx() -> Sql:
        return _apart(emit, x, mean_x)

    def dy() -> Sql:
        return _apart(emit, y, mean_y)

    roots = nodes.op(
        emit,
        "*",
        emit.function("SQRT", _product_sum(emit, dx, dx)),
        emit.function("SQRT", _product_sum(emit, dy, dy)),
    )
    spread = nodes.op(emit, "and", _spreads(emit, x.again()), _spreads(emit, y.again()))
    return nodes.case((spread, nodes.op(emit, "/", _product_sum(emit, dx, dy), roots)))


def _centred_slope(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    y, x, mean_y, mean_x = operands

    def dx() -> Sql:
        return _apart(emit, x, mean_x)

    def dy() -> Sql:
        return _apart(emit, y, mean_y)

    slope = nodes.op(emit, "/", _product_sum(emit, dx, dy), _product_sum(emit, dx, dx))
    up, down = _stored_scale(emit, x.type), _stored_scale(emit, y.type)
    if up != down:
        slope = nodes.op(emit, "*", slope, nodes.real(emit, up / down))
    return nodes.case((_spreads(emit, x.again()), slope))


def _table(native: Lowering, centred: Lowering) -> Table:
    return {
        "duckdb": native,
        "postgres": native,
        "spark": native,
        "databricks": native,
        "sqlite": Emulated(centred),
        "datafusion": Emulated(centred),
        "clickhouse": Emulated(centred),
        "mariadb": Emulated(centred),
        "mysql": Emulated(centred),
    }


AGGREGATIONS = (
    AggregationDef(
        name="stddev",
        signature="(x: number<u> | duration) -> float<u> | duration",
        infer=_infer_stddev,
        lower=_table(_of_one("STDDEV_SAMP"), _centred_stddev),
        doc="The standard deviation of a sample, with n - 1 below; null of fewer than two values. Of shares in points, of "
        "durations to the nearest microsecond.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        moments=("n", "sum", "sum_of_squares"),
        examples=(
            Example(formula="stddev(1, 3, null, 5)", gives="2"),
            Example(formula="stddev(1000000001, 1000000002, 1000000003)", gives="1"),
            Example(formula="stddev(7)", gives="null"),
        ),
        centred=True,
    ),
    AggregationDef(
        name="variance",
        signature="(x: number<u>) -> float<u^2>",
        infer=_infer_variance,
        lower=_table(_of_one("VAR_SAMP"), _centred_variance),
        doc="The variance of a sample, with n - 1 below; null of fewer than two values. Its unit is the square of that of x.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        moments=("n", "sum", "sum_of_squares"),
        examples=(
            Example(formula="variance(1, null, 2, 4)", gives="2.33333333333333"),
            Example(formula="variance(1000000000.25, 1000000000.75)", gives="0.125"),
            Example(formula="variance(5, 5)", gives="0"),
        ),
        centred=True,
    ),
    AggregationDef(
        name="correlation",
        signature="(x: number, y: number) -> float",
        infer=_infer_correlation,
        lower=_table(_of_two("CORR", both=True), _centred_correlation),
        doc="Pearson's correlation of x and y, from -1 to 1, over the rows where both are known; null of fewer than two such "
        "rows, and where all x or all y are the same.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        examples=(
            Example(formula="correlation((1, 2), (2, 4), (3, null), (4, 8))", gives="1"),
            Example(formula="correlation((1, 1), (2, 3), (3, 2))", gives="0.5"),
            Example(formula="correlation((1, 1), (2, 1))", gives="null"),
        ),
        centred=True,
        least=2,
    ),
    AggregationDef(
        name="slope",
        signature="(y: number<u>, x: number<v>) -> float<u per v>",
        infer=_infer_slope,
        lower=_table(_of_two("REGR_SLOPE", both=False), _centred_slope),
        doc="By how much y rises where x rises by one: the slope of the line with the least squares, over the rows where both "
        "are known; null of fewer than two such rows, and where all x are the same.",
        additivity=Additivity.NON_ADDITIVE,
        identity=None,
        merge=None,
        examples=(
            Example(formula="slope((1, 1000000001), (2, 1000000002), (4, 1000000003))", gives="1.5"),
            Example(formula="slope((1, 5), (2, 5))", gives="null"),
            Example(formula="slope((3, 1), (3, 2), (null, 7))", gives="0"),
        ),
        centred=True,
        least=2,
    ),
)
