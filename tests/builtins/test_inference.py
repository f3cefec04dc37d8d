"""Kinds, scales and nullability of results; what is refused, and in what words."""

import pytest

from metricdsl.model.types import (
    BOOLEAN,
    DATE,
    DURATION,
    FLOAT,
    INTEGER,
    NULL,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    ValueType,
)
from metricdsl.plugins import builtin_registry
from metricdsl.spi.defs import ConstantType, Mismatch
from tests.builtins.formulas import infer_text

REGISTRY = builtin_registry()
CENTS = ValueType(Kind.DECIMAL, scale=2)
EXACT = ValueType(Kind.INTEGER, nullable=False)


def infer(function, *types):
    return REGISTRY.functions[function].infer(types)


@pytest.mark.parametrize(
    ("function", "types", "kind", "scale"),
    [
        ("add", (INTEGER, INTEGER), Kind.INTEGER, 0),
        ("add", (INTEGER, CENTS), Kind.DECIMAL, 2),
        ("add", (CENTS, ValueType(Kind.DECIMAL, scale=4)), Kind.DECIMAL, 4),
        ("add", (CENTS, FLOAT), Kind.FLOAT, 0),
        ("multiply", (CENTS, CENTS), Kind.DECIMAL, 4),
        ("multiply", (ValueType(Kind.DECIMAL, scale=8), ValueType(Kind.DECIMAL, scale=4)), Kind.DECIMAL, 12),
        ("multiply", (ValueType(Kind.DECIMAL, scale=8), ValueType(Kind.DECIMAL, scale=5)), Kind.FLOAT, 0),
        ("divide", (INTEGER, INTEGER), Kind.FLOAT, 0),
        ("divide", (DURATION, DURATION), Kind.FLOAT, 0),
        ("divide", (DURATION, INTEGER), Kind.DURATION, 0),
        ("multiply", (FLOAT, DURATION), Kind.DURATION, 0),
        ("subtract", (DATE, DATE), Kind.DURATION, 0),
        ("subtract", (TIMESTAMP, DATE), Kind.DURATION, 0),
        ("add", (DATE, DURATION), Kind.TIMESTAMP, 0),
        ("add", (DURATION, TIMESTAMP), Kind.TIMESTAMP, 0),
        ("add", (UNKNOWN, INTEGER), Kind.UNKNOWN, 0),
        ("add", (NULL, INTEGER), Kind.INTEGER, 0),
        ("coalesce", (NULL, CENTS), Kind.DECIMAL, 2),
        ("coalesce", (DATE, TIMESTAMP), Kind.TIMESTAMP, 0),
        ("if", (BOOLEAN, INTEGER, FLOAT), Kind.FLOAT, 0),
        ("round", (CENTS,), Kind.DECIMAL, 0),
        ("round", (FLOAT,), Kind.FLOAT, 0),
        ("length", (TEXT,), Kind.INTEGER, 0),
    ],
)
def test_kinds_of_results(function, types, kind, scale):
    found = infer(function, *types)
    assert not isinstance(found, Mismatch), found
    assert (found.kind, found.scale) == (kind, scale)


def test_what_can_be_null():
    assert infer("add", EXACT, EXACT).nullable is False
    assert infer("divide", EXACT, EXACT).nullable is True
    assert infer("divide", EXACT, ConstantType(Kind.INTEGER, nullable=False, value=7)).nullable is False
    assert infer("divide", EXACT, ConstantType(Kind.INTEGER, nullable=False, value=0)).nullable is True
    assert infer("coalesce", INTEGER, EXACT).nullable is False
    assert infer("if", BOOLEAN, EXACT, EXACT).nullable is False
    assert infer("if", BOOLEAN, EXACT, NULL).nullable is True
    assert infer("is_null", INTEGER).nullable is False
    assert infer("sqrt", EXACT).nullable is True
    hours, day = ConstantType(Kind.TEXT, value="work"), ValueType(Kind.DATE, nullable=False)
    assert infer("business_time", day, day, hours).nullable is False
    assert infer("business_time", day, NULL, hours).nullable is True


def test_calendar_durations_move_times_and_nothing_else():
    month = ConstantType(Kind.DURATION, grain="month", nullable=False, value=1)
    assert infer("add", DATE, month).kind is Kind.DATE
    assert infer("subtract", TIMESTAMP, month).kind is Kind.TIMESTAMP
    for function, other in (
        ("add", DURATION),
        ("less", DURATION),
        ("multiply", INTEGER),
        ("divide", INTEGER),
    ):
        assert isinstance(infer(function, month, other), Mismatch), function
    half = ConstantType(Kind.DURATION, grain="month", nullable=False, value=None)
    assert infer("add", DATE, half).code == "arguments"


@pytest.mark.parametrize(
    ("formula", "code", "message"),
    [
        ('1 + "a"', "kinds", "a number and text do not add; texts are put together with `concat`"),
        ("2026-01-01 + 2026-01-02", "kinds", "a point in time cannot be added to another"),
        ("2026-01-01 + 7", "kinds", "a date and a number do not add"),
        ("1 day + 1", "kinds", "a duration and a number do not add"),
        ('2026-01-01 < "2026-01-02"', "kinds", "a date and text do not compare"),
        ("1 day > 3", "kinds", "a duration and a number do not compare"),
        ('1 = "1"', "kinds", "a number and text do not compare"),
        ("true < false", "kinds", "a condition has no order to compare by; = and != compare it"),
        ("1 and true", "condition", "this is a number, not a condition"),
        ('if("a", 1, 2)', "condition", "this is text, not a condition"),
        ('if(true, 1, "b")', "kinds", "a number and text do not stand in one column"),
        ("lower(1)", "kinds", "lower needs text, not a number"),
        ("abs(true)", "kinds", "abs needs a number or a duration, not a condition"),
        (
            "round(1.5, 99)",
            "arguments",
            "the number of decimals must be a written whole number from -12 to 12",
        ),
        ("hour(2026-01-01)", "grain", "a date has no hour: it is a whole day"),
        ("start_of(2026-01-01, fortnight)", "arguments", "the grain must be one of minute, hour"),
        ("end_of(2026-01-01T10:00:00, hour)", "grain", "the end of a grain is its last day"),
        (
            "week(start_of(2026-01-01, month))",
            "grain",
            "this time says only its month, which does not tell the week",
        ),
        ("month(week(2026-01-01))", "grain", "this time says only its week, which does not tell the month"),
        ("bucket(1, 5, 3)", "arguments", "the bounds of a bucket must rise"),
        ('bucket("a", 1)', "kinds", "bucket needs a number or a duration, not text"),
        ("clamp(1, 5, 3)", "arguments", "the lower end 5 lies above the upper end 3"),
        ('part("a,b", "", 1)', "arguments", "the separator of part must be a written text that is not empty"),
        ('part("a,b", ",", 0)', "arguments", "the number of a part must be a written whole number from 1"),
        ("case(true, 1, false, 2)", "arguments", "case needs a last value, for where no condition holds"),
        ("power(2, 30%) + 1", None, ""),
    ],
)
def test_refusals(formula, code, message):
    found = infer_text(REGISTRY, formula)
    if code is None:
        assert not isinstance(found, Mismatch)
        return
    assert isinstance(found, Mismatch), found
    assert found.code == code
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("function", "types", "code"),
    [
        ("sum", (TEXT,), "not-a-number"),
        ("sum", (BOOLEAN,), "not-a-number"),
        ("avg", (DATE,), "not-a-number"),
        ("min", (BOOLEAN,), "kinds"),
        ("median", (TEXT,), "not-a-number"),
        ("rate", (INTEGER,), "condition"),
        ("percentile", (INTEGER, INTEGER), "arguments"),
        ("percentile", (INTEGER, ConstantType(Kind.INTEGER, value=90)), "arguments"),
    ],
)
def test_aggregates_refuse(function, types, code):
    found = REGISTRY.aggregations[function].infer(types)
    assert isinstance(found, Mismatch)
    assert found.code == code


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(?=a)",
        "a**",
        "[a",
        "(a",
        "a)",
        "\\\\1",
        "a{2,1}",
        "a{999}",
        "*a",
        "a^b",
        "[z-a]",
        "\\\\bx",
        "x" * 201,
    ],
)
def test_patterns_that_are_refused(pattern):
    found = infer_text(REGISTRY, f'matches("a", "{pattern}")')
    assert isinstance(found, Mismatch), found
    assert found.message.startswith("this pattern cannot be used: ")


def test_the_ranges_of_a_bucket_are_its_domain():
    assert infer_text(REGISTRY, "bucket(5, 30, 60)").domain == ("< 30", "30 to < 60", ">= 60")
    assert infer_text(REGISTRY, "bucket(5%, 10%, 22.5%)").domain == ("< 10%", "10% to < 22.5%", ">= 22.5%")
    assert infer_text(REGISTRY, "bucket(1 day, 90 minutes, 7 days)").domain == (
        "< 90 minutes",
        "90 minutes to < 7 days",
        ">= 7 days",
    )
