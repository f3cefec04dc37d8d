"""Where the same SQL means different numbers on different engines: each trap that functions and aggregates can fall into,
by its number in the list of traps, on our lowering of it."""

# ruff: noqa: DTZ001 - readings of the local clock have no zone

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from sqlglot import exp

from metricdsl.model.types import BOOLEAN, DATE, DURATION, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.lowering import Operand
from tests.builtins.engines import same
from tests.builtins.formulas import Literal, column

CENTS = ValueType(Kind.DECIMAL, scale=2)


def test_1_whole_numbers_divide_to_a_fraction(value):
    assert same(value("7 / 2"), 3.5)
    assert same(value("-7 / 2"), -3.5)
    assert same(value("1 / 3"), 1 / 3)


def test_2_decimals_divide_to_a_float_and_not_to_some_decimals(value, total):
    assert same(value("1.00 / 3.00"), 1 / 3)
    assert same(value("0.01 / 7.0000"), 0.01 / 7)
    assert same(total("avg", [Decimal("0.01"), Decimal("0.01"), Decimal("0.02")], CENTS), 0.04 / 3)


@pytest.mark.parametrize(
    "formula",
    ["1 / 0", "1.5 / 0", "1.5 / 0.00", "0 / 0", "(1 / 2) / (0 / 2)", "1 day / 0", "1 day / (0 days)"],
)
def test_3_a_division_by_zero_is_null(value, formula):
    assert value(formula, lift=True) is None
    assert value(formula, lift=False) is None


@pytest.mark.parametrize("function", ["sum", "avg", "min", "max", "median"])
def test_4_the_sum_of_nothing_is_null(total, function):
    assert total(function, [None, None], INTEGER) is None
    assert total("count", [None, None], INTEGER) == 0
    assert total("count_distinct", [None], TEXT) == 0
    assert total("rate", [None], BOOLEAN) is None


def test_8_null_never_stands_in_a_list(value):
    assert value("2 in (1, null)") is None
    assert value("1 in (1, null)") is True
    assert value("2 not in (1, null)") is None
    assert value("2 not in (1, 3)") is True
    assert value("null in (1, 2)") is None
    assert value("1 in (null)") is None


def test_8_the_sql_of_a_list_has_no_null(registry, engine):
    emit = engine.emitter(registry)
    operands = [emit.constant(v, INTEGER) for v in (2, 1, None)]
    found = emit.call("in", *operands, result=BOOLEAN).sql.find(exp.In)
    assert found is not None
    assert not any(isinstance(item, exp.Null) for item in found.expressions)


def test_10_sums_of_large_numbers_do_not_wrap(total, engine):
    large = [9_000_000_000_000_000_000] * 2
    if engine.name == "sqlite":
        with pytest.raises(Exception, match="integer overflow"):
            total("sum", large, INTEGER)
    else:
        assert total("sum", large, INTEGER) == 18_000_000_000_000_000_000


def test_10_products_of_narrow_columns_do_not_overflow(call):
    large = column(2_000_000_000, INTEGER)
    assert call("multiply", large, column(3, INTEGER)) == 6_000_000_000
    assert call("add", large, large) == 4_000_000_000
    assert call("subtract", column(-2_000_000_000, INTEGER), large) == -4_000_000_000


def test_11_and_12_sums_of_money_are_exact(total, call):
    assert total("sum", [Decimal("0.10")] * 10, CENTS) == Decimal("1.00")
    assert call(
        "add", column(Decimal("0.10"), CENTS), column(Decimal("0.2000"), ValueType(Kind.DECIMAL, scale=4))
    ) == Decimal("0.3000")
    assert call("multiply", column(Decimal("19.99"), CENTS), column(3, INTEGER)) == Decimal("59.97")
    assert call(
        "multiply",
        column(Decimal("19.99"), CENTS),
        column(Decimal("0.075"), ValueType(Kind.DECIMAL, scale=3)),
    ) == Decimal("1.49925")
    assert call("subtract", column(5, INTEGER), column(Decimal("0.01"), CENTS)) == Decimal("4.99")
    assert (
        call(
            "equal",
            column(Decimal("0.30"), CENTS),
            column(Decimal("0.3000"), ValueType(Kind.DECIMAL, scale=4)),
        )
        is True
    )
    assert call("less", column(Decimal("0.30"), CENTS), column(1, INTEGER)) is True
    assert call("greater", column(Decimal("0.30"), CENTS), column(0.25, FLOAT)) is True
    assert call("coalesce", column(None, CENTS), column(7, INTEGER)) == Decimal("7.00")


@pytest.mark.parametrize(
    ("x", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, -1), (-2.5, -3), (2.4, 2), (1e15 + 0.5, 1e15 + 1)]
)
def test_13_halves_are_rounded_away_from_zero(call, x, rounded):
    assert call("round", column(x, FLOAT)) == rounded


def test_13_durations_round_to_the_nearest_microsecond(call, total):
    assert call("divide", column(5, DURATION), column(2, INTEGER)) == 3
    assert call("divide", column(-5, DURATION), column(2, INTEGER)) == -3
    assert call("multiply", column(3, DURATION), column(0.5, FLOAT)) == 2
    assert total("avg", [1, 2], DURATION) == 2
    assert total("avg", [-1, -2], DURATION) == -2
    assert total("median", [1, 4], DURATION) == 3


DAYS = [date(1999, 12, 25) + timedelta(days=i) for i in range(800)] + [
    date(1900, 2, 28),
    date(1900, 3, 1),
    date(2400, 2, 29),
]


@pytest.mark.parametrize("week_start", range(1, 8))
def test_14_weeks_start_on_the_day_that_the_project_says(over, week_start):
    def start(day):
        return day - timedelta(days=(day.isoweekday() - week_start) % 7)

    grain = Literal("week", TEXT)
    found = over("start_of", DAYS, DATE, grain, week_start=week_start)
    assert found == [start(day) for day in DAYS]
    assert over("end_of", DAYS[:50], DATE, grain, week_start=week_start) == [
        start(d) + timedelta(days=6) for d in DAYS[:50]
    ]


@pytest.mark.parametrize("grain", ["day", "month", "quarter", "year"])
def test_15_and_18_starts_and_ends_of_grains(over, grain):
    def start(day):
        month = {"day": day.month, "month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[
            grain
        ]
        return date(day.year, month, day.day if grain == "day" else 1)

    def end(day):
        months = {"day": 0, "month": 1, "quarter": 3, "year": 12}[grain]
        return shifted(start(day), months) - timedelta(days=1) if months else day

    assert over("start_of", DAYS, DATE, Literal(grain, TEXT)) == [start(d) for d in DAYS]
    assert over("end_of", DAYS, DATE, Literal(grain, TEXT)) == [end(d) for d in DAYS]
    late = [datetime(d.year, d.month, d.day, 23, 59, 59, 999_999) for d in DAYS[:100]]
    assert over("start_of", late, TIMESTAMP, Literal(grain, TEXT)) == [start(d) for d in DAYS[:100]]
    assert over("date", late, TIMESTAMP) == DAYS[:100]


def shifted(day, months):
    total_months = day.year * 12 + day.month - 1 + months
    year, month = divmod(total_months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


@pytest.mark.parametrize(
    ("count", "unit"),
    [
        (1, "month"),
        (-1, "month"),
        (13, "month"),
        (1, "quarter"),
        (-2, "quarter"),
        (1, "year"),
        (-4, "year"),
        (0, "month"),
    ],
)
def test_16_months_later_is_the_same_day_or_the_last(over, count, unit):
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    duration = Literal(count, ValueType(Kind.DURATION, grain=unit))
    assert over("add", DAYS, DATE, duration) == [shifted(d, months) for d in DAYS]
    assert over("subtract", DAYS[:400], DATE, duration) == [shifted(d, -months) for d in DAYS[:400]]
    moments = [datetime(d.year, d.month, d.day, 23, 59, 59, 999_999) for d in DAYS[:100]]
    wanted = [datetime.combine(shifted(d, months), moments[0].time()) for d in DAYS[:100]]
    assert over("add", moments, TIMESTAMP, duration) == wanted


def test_18_and_19_differences_of_dates_are_whole_days(call):
    day = 86_400_000_000
    assert call("subtract", column(date(2024, 3, 1), DATE), column(date(2024, 2, 1), DATE)) == 29 * day
    assert call("subtract", column(date(1969, 1, 1), DATE), column(date(2026, 1, 1), DATE)) == -20_819 * day
    assert (
        call(
            "days_between", column(date(2024, 12, 31), DATE), column(datetime(2025, 1, 1, 0, 0, 1), TIMESTAMP)
        )
        == 1
    )
    before, after = datetime(2026, 3, 1, 0, 0, 0, 1), datetime(2026, 3, 2, 0, 0, 0)
    assert call("subtract", column(after, TIMESTAMP), column(before, TIMESTAMP)) == day - 1
    assert call("subtract", column(date(2026, 3, 2), DATE), column(before, TIMESTAMP)) == day - 1
    old, new = datetime(1901, 1, 1, 10, 0, 0, 250_000), datetime(2026, 1, 1, 10, 0, 0, 500_000)
    assert call("subtract", column(new, TIMESTAMP), column(old, TIMESTAMP)) == (new - old) // timedelta(
        microseconds=1
    )


@pytest.mark.parametrize("micros", [1, -1, 999_999, 86_400_000_000, -86_400_000_001, 123_456_789_012_345])
def test_19_durations_move_times_exactly(call, micros):
    for start in (datetime(2026, 2, 28, 23, 59, 59, 999_999), datetime(1969, 12, 31, 23, 59, 59)):
        later = start + timedelta(microseconds=micros)
        assert call("add", column(start, TIMESTAMP), column(micros, DURATION)) == later
        assert call("subtract", column(start, TIMESTAMP), column(-micros, DURATION)) == later
        assert call("add", column(start, TIMESTAMP), Literal(micros, ValueType(Kind.DURATION))) == later
        assert call("subtract", column(later, TIMESTAMP), Literal(micros, ValueType(Kind.DURATION))) == start
    assert call("add", column(date(2026, 1, 1), DATE), column(micros, DURATION)) == datetime(
        2026, 1, 1
    ) + timedelta(microseconds=micros)


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        ("day_of_week", lambda d: d.isoweekday()),
        ("day_of_month", lambda d: d.day),
        ("day_of_year", lambda d: d.timetuple().tm_yday),
        ("week_of_year", lambda d: d.isocalendar().week),
        ("month_of_year", lambda d: d.month),
        ("quarter_of_year", lambda d: (d.month + 2) // 3),
    ],
)
def test_20_and_21_numbers_of_the_calendar(over, function, wanted):
    assert over(function, DAYS, DATE) == [wanted(d) for d in DAYS]
    late = [datetime(d.year, d.month, d.day, 23, 59, 59, 999_999) for d in DAYS[:50]]
    assert over(function, late, TIMESTAMP) == [wanted(d) for d in DAYS[:50]]


def test_20_hours(over):
    moments = [datetime(2026, 3, 29, hour, 59, 59, 999_999) for hour in range(24)]
    assert over("hour_of_day", moments, TIMESTAMP) == list(range(24))
    assert over("start_of", moments, TIMESTAMP, Literal("hour", TEXT)) == [
        m.replace(minute=0, second=0, microsecond=0) for m in moments
    ]
    assert over("start_of", moments, TIMESTAMP, Literal("minute", TEXT)) == [
        m.replace(second=0, microsecond=0) for m in moments
    ]


def test_23_a_date_compares_with_a_timestamp_as_its_midnight(call):
    noon, midnight, day = (
        column(datetime(2026, 1, 31, 12), TIMESTAMP),
        column(datetime(2026, 1, 31), TIMESTAMP),
        column(date(2026, 1, 31), DATE),
    )
    assert call("at_most", noon, day) is False
    assert call("equal", midnight, day) is True
    assert call("at_most", midnight, Literal(date(2026, 1, 31), DATE)) is True
    assert call("less", noon, Literal(date(2026, 2, 1), DATE)) is True
    assert call("in", midnight, day, noon) is True


def test_25_no_filter_clause(registry, engine):
    emit = engine.emitter(registry)
    operand = Operand(sql=exp.column("x"), type=BOOLEAN)
    for name in ("rate", "count", "count_distinct"):
        assert (
            emit.aggregate(name, [operand], registry.aggregations[name].infer((BOOLEAN,))).find(exp.Filter)
            is None
        )


def place(values, p):
    """The value at position p(n - 1), exactly."""
    position = Fraction(p) * (len(values) - 1)
    low = floor(position)
    return (
        values[low] if position == low else values[low] + (values[low + 1] - values[low]) * (position - low)
    )


@pytest.mark.parametrize("p", ["0", "0.1", "0.25", "0.29", "0.5", "0.7", "0.9", "1"])
@pytest.mark.parametrize("size", [1, 2, 5, 101])
def test_28_percentiles_are_exact(total, p, size):
    numbers = random.Random(size).sample(range(-1000, 1000), size)
    asked = Literal(Decimal(p), ValueType(Kind.DECIMAL, scale=2))
    exact = place([Fraction(n) for n in sorted(numbers)], p)
    shuffled = [None, *numbers, None]
    assert same(total("percentile", shuffled, INTEGER, asked), float(exact))
    money = [None if n is None else Decimal(n).scaleb(-2) for n in shuffled]
    assert same(total("percentile", money, CENTS, asked), float(exact) / 100)
    days = [None if n is None else date(2026, 1, 1) + timedelta(days=n) for n in shuffled]
    lower = sorted(numbers)[floor(Fraction(p) * (size - 1))]
    assert total("percentile", days, DATE, asked) == date(2026, 1, 1) + timedelta(days=lower)
    moments = [None if n is None else datetime(2026, 1, 1) + timedelta(microseconds=n) for n in shuffled]
    assert total("percentile", moments, TIMESTAMP, asked) == datetime(2026, 1, 1) + timedelta(
        microseconds=lower
    )


def test_31_logarithms_are_natural(value):
    assert same(value("ln(10)"), 2.302585092994046)
    assert value("ln(0)") is None
    assert value("sqrt(-4)") is None


def test_32_the_least_of_null_is_null(value):
    for formula in (
        "least(1, null)",
        "greatest(null, 1)",
        "least(1, 2, null)",
        "clamp(null, 1, 2)",
        "clamp(5, null, 2)",
        "clamp(0, 1, null)",
    ):
        assert value(formula) is None, formula
    assert same(value("greatest(2, 3, 1)"), 3)
    assert same(value("least(2.5, 3, 2)"), 2)
    assert same(value("least(1, 1)"), 1)


def test_36_distinct_pairs_leave_out_those_with_a_null(registry, engine):
    rows = [(1, "a"), (1, "a"), (1, None), (None, "a"), (1, "b"), (11, "a"), (1, "1a"), (2, "a','b")]
    found = engine.aggregate(registry, "count_distinct", rows, (INTEGER, TEXT), (), INTEGER)
    assert found == 5


def test_42_conditions_are_true_false_or_null(value):
    assert value("true and null") is None
    assert value("false and null") is False
    assert value("not (null or false)") is None
    assert value('if(null = 1, "then", "otherwise")') == "otherwise"
    assert value("1 < 2 and 3 != 3") is False


def test_no_infinity_and_nothing_that_is_no_number(value):
    for formula in ("power(-8, 0.5)", "power(0, -1)", "exp(1000)", "power(10, 400)", "ln(-1)"):
        assert value(formula) is None, formula


def test_casts_of_floats_to_whole_numbers_stand_behind_a_rounding(registry, engine):
    """Rule of trap 13: no bare cast of a float to a whole number in what we emit."""
    emit = engine.emitter(registry)
    x = Operand(sql=exp.column("x"), type=FLOAT)
    for function in ("round", "floor", "ceil", "abs", "sqrt", "exp"):
        sql = emit.call(function, x, result=FLOAT).sql
        assert not [c for c in sql.find_all(exp.Cast) if c.to.this in {exp.DType.INT, exp.DType.BIGINT}], (
            function
        )
