"""The algebra of units: the table of the language, line by line."""

import pytest

from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import CHANGE, LITERAL, NUMBER, POINTS, SHARE, Base, Unit
from metricdsl.plugins import builtin_registry
from metricdsl.spi.defs import ConstantType, Mismatch

USD = Unit.of(Base("currency", "USD"))
EUR = Unit.of(Base("currency", "EUR"))
DEAL = Unit.of(Base("entity", "crm.sales.opportunity"))
ORDER = Unit.of(Base("entity", "shop.order"))
USD_PER_DEAL = USD.times(DEAL, -1)
PER_DEAL = NUMBER.times(DEAL, -1)
ONE = ConstantType(Kind.INTEGER, LITERAL, value=1)
ZERO = ConstantType(Kind.INTEGER, LITERAL, value=0)
FIVE = ConstantType(Kind.INTEGER, LITERAL, value=5)


def of(unit):
    return unit if isinstance(unit, ValueType) else ValueType(Kind.FLOAT, unit)


def infer(function, *units):
    found = builtin_registry().functions[function].infer(tuple(of(u) for u in units))
    return found if isinstance(found, Mismatch) else found.unit


@pytest.mark.parametrize(
    ("function", "left", "right", "unit"),
    [
        ("add", USD, USD, USD),
        ("add", NUMBER, NUMBER, NUMBER),
        ("add", NUMBER, FIVE, NUMBER),
        ("add", FIVE, ONE, LITERAL),
        ("add", USD, ZERO, USD),
        ("subtract", ZERO, USD, USD),
        ("add", SHARE, SHARE, SHARE),
        ("subtract", SHARE, SHARE, POINTS),
        ("add", SHARE, POINTS, SHARE),
        ("subtract", SHARE, POINTS, SHARE),
        ("add", POINTS, POINTS, POINTS),
        ("subtract", POINTS, POINTS, POINTS),
        ("subtract", ONE, SHARE, SHARE),
        ("add", ONE, CHANGE, NUMBER),
        ("subtract", CHANGE, CHANGE, POINTS),
        ("multiply", SHARE, USD, USD),
        ("multiply", USD, SHARE, USD),
        ("multiply", FIVE, USD, USD),
        ("multiply", SHARE, SHARE, SHARE),
        ("multiply", NUMBER, SHARE, NUMBER),
        ("multiply", FIVE, SHARE, SHARE),
        ("multiply", CHANGE, SHARE, CHANGE),
        ("multiply", SHARE, POINTS, POINTS),
        ("multiply", CHANGE, NUMBER, NUMBER),
        ("multiply", USD_PER_DEAL, DEAL, USD),
        ("multiply", DEAL, PER_DEAL, SHARE),
        ("divide", USD, DEAL, USD_PER_DEAL),
        ("divide", DEAL, DEAL, SHARE),
        ("divide", USD, USD, SHARE),
        ("divide", USD, FIVE, USD),
        ("divide", SHARE, FIVE, SHARE),
        ("divide", FIVE, DEAL, PER_DEAL),
        ("divide", NUMBER, NUMBER, NUMBER),
        ("divide", FIVE, ONE, LITERAL),
        ("coalesce", USD, ZERO, USD),
        ("coalesce", USD, FIVE, USD),
        ("least", FIVE, SHARE, SHARE),
    ],
)
def test_units_of_results(function, left, right, unit):
    assert infer(function, left, right) == unit


@pytest.mark.parametrize(
    ("function", "left", "right", "code", "message"),
    [
        ("add", USD, DEAL, "units", "USD and opportunity do not add"),
        ("add", USD, FIVE, "units", "USD and a bare number do not add"),
        ("subtract", FIVE, USD, "units", "a bare number and USD do not add"),
        ("add", USD, NUMBER, "units", "USD and a bare number do not add"),
        ("add", USD, EUR, "currencies", "USD and EUR do not add: they are different currencies"),
        (
            "subtract",
            USD_PER_DEAL,
            EUR.times(DEAL, -1),
            "currencies",
            "USD per opportunity and EUR per opportunity do not add",
        ),
        ("add", SHARE, FIVE, "units", "share and a bare number do not add"),
        ("add", SHARE, NUMBER, "units", "share and a bare number do not add"),
        ("subtract", POINTS, SHARE, "units", "points and share do not add"),
        ("add", USD, USD_PER_DEAL, "units", "USD and USD per opportunity do not add"),
        ("less", USD, DEAL, "units", "USD and opportunity do not compare"),
        ("equal", USD, EUR, "currencies", "USD and EUR do not compare"),
        ("greater", POINTS, SHARE, "units", "points and share do not compare"),
        ("coalesce", USD, DEAL, "units", "USD and opportunity do not stand in one column"),
    ],
)
def test_what_does_not_fit(function, left, right, code, message):
    found = infer(function, left, right)
    assert isinstance(found, Mismatch)
    assert found.code == code
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("left", "right"), [(USD, FIVE), (SHARE, FIVE), (CHANGE, SHARE), (NUMBER, FIVE), (USD, USD)]
)
def test_what_compares(left, right):
    for function in ("less", "equal", "at_least"):
        found = builtin_registry().functions[function].infer((of(left), of(right)))
        assert not isinstance(found, Mismatch)
        assert found.kind is Kind.BOOLEAN


def test_two_entities_of_one_name_are_told_apart():
    other = Unit.of(Base("entity", "other.order"))
    found = infer("add", ORDER, other)
    assert isinstance(found, Mismatch)
    assert found.message == "shop.order and other.order do not add"


def test_powers_and_roots():
    functions = builtin_registry().functions
    squared = functions["power"].infer((of(USD), ConstantType(Kind.INTEGER, LITERAL, value=2)))
    assert isinstance(squared, ValueType)
    assert squared.unit.text == "USD^2"
    assert functions["sqrt"].infer((squared,)).unit == USD
    assert isinstance(functions["sqrt"].infer((of(USD),)), Mismatch)
    assert isinstance(functions["ln"].infer((of(USD),)), Mismatch)
    assert isinstance(functions["power"].infer((of(USD), of(NUMBER))), Mismatch)


def test_aggregates_keep_units_and_refuse_shares():
    aggregations = builtin_registry().aggregations
    assert aggregations["sum"].infer((of(USD),)).unit == USD
    assert aggregations["avg"].infer((of(USD),)).unit == USD
    assert aggregations["sum"].infer((ONE,)).unit == NUMBER
    assert aggregations["avg"].infer((of(SHARE),)).code == "share-mean"
    assert aggregations["sum"].infer((of(SHARE),)).code == "units"
    assert aggregations["median"].infer((of(SHARE),)).unit == SHARE
    assert aggregations["rate"].infer((ValueType(Kind.BOOLEAN),)).unit == SHARE
