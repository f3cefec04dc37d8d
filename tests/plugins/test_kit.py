"""The kit for authors of plugins: what is right passes, and what is declared and does not hold fails with the least counterexample."""

from pathlib import Path

import pytest

from metricdsl.engine.plugin_checks.every import plugin_checks
from metricdsl.engine.plugin_checks.function_checks import contributed
from metricdsl.engine.plugin_checks.laws import broken_declaration, broken_law
from tests.plugins.test_host import install, manifest
from tests.plugins.test_packs import RENTAL, ship

__all__ = ["install", "ship"]  # fixtures

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow  # a law is tried with some hundred databases

HOOKS = """
from sqlglot import exp
from metricdsl.spi.defs import AggregationDef, Example, FunctionDef
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.law import Even, Monotone, Symmetric, Within
from metricdsl.spi.meaning import FLOAT, Additivity

@hookimpl
def metricdsl_functions():
    return [FunctionDef(name="less", signature="(a, b)", infer=lambda arguments: FLOAT, doc="a - b.", least=2, laws=LAWS,
        lower={"*": lambda emit, operands, result: emit.binary(exp.Sub, *(emit.double(one) for one in operands))},
        examples=(Example(formula="kit.less(5, 3.5)", gives="GIVES"),))]

@hookimpl
def metricdsl_aggregations():
    return [AggregationDef(name="middle", signature="(x)", infer=lambda arguments: FLOAT, doc="The middle.",
        lower={"*": lambda emit, operands, result: AGGREGATE}, DECLARED,
        examples=(Example(formula="kit.middle(1, null, 3)", gives="2"),))]
"""
MEDIAN = "exp.Median(this=emit.double(operands[0]))"
MEAN = "exp.Avg(this=emit.double(operands[0]))"
HONEST = "additivity=Additivity.NON_ADDITIVE, identity=None, merge=None"


@pytest.fixture
def kit(install, monkeypatch):
    """A plugin with a function and an aggregation, of which this is declared."""

    def kit(laws="()", declared=HONEST, aggregate=MEAN, gives="1.5"):
        hooks = HOOKS.replace("LAWS", laws).replace("DECLARED", declared).replace("AGGREGATE", aggregate)
        install("fake_kit", "kit", manifest(hooks="fake_kit.hooks"), hooks=hooks.replace("GIVES", gives))
        function, aggregation = contributed("kit")
        return function, aggregation

    return kit


def wrong(plugin):
    return {check.title: found for check in plugin_checks(plugin) if (found := check.run())}


def test_what_is_right_passes(kit):
    kit("(Monotone(0), Monotone(1, falling=True), Within(-2000, 2000))")
    assert wrong("kit") == {}


def test_a_median_that_says_it_is_additive_fails_with_the_least_counterexample(kit):
    _, median = kit(declared=HONEST.replace("NON_ADDITIVE", "ADDITIVE"), aggregate=MEDIAN)
    why = broken_declaration("kit", median)
    # Two rows in two parts: fewer cannot show it.
    assert why == (
        "kit.middle says that it is additive: part 0: 0; part 1: 1. "
        "Its parts are 0, 1, together 1; of all rows it is 0.5"
    )


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (HONEST.replace("merge=None", "merge='sum'"), "is merged by sum"),
        (HONEST.replace("merge=None", "merge='max'"), "is merged by max"),
        (HONEST.replace("identity=None", "identity=0"), "says that it is 0 of no rows; it is null"),
    ],
)
def test_other_declarations_that_do_not_hold(kit, declared, says):
    _, mean = kit(declared=declared)
    assert says in broken_declaration("kit", mean)


def test_an_aggregation_that_depends_on_an_order_that_rows_do_not_have(kit):
    _, first = kit(aggregate="exp.First(this=emit.double(operands[0]))")
    assert "depends on the order of rows" in broken_declaration("kit", first)


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ("Symmetric(0, 1)", "arguments 1 and 2 may change places"),
        ("Even(0)", "the sign of argument 1 does not matter"),
        ("Monotone(1)", "more of argument 2 never makes less"),
        ("Within(0, 5)", "the value lies between 0 and 5"),
    ],
)
def test_laws_that_do_not_hold(kit, law, says):
    function, _ = kit(f"({law},)")
    assert f"kit.less says that {says}; kit.less(" in broken_law("kit", function, function.laws[0])


def test_an_example_that_gives_something_else(kit):
    kit(gives="2.5")
    found = wrong("kit")
    assert list(found) == ["every example gives what it says, on duckdb and sqlite"]
    assert found[next(iter(found))][0] == "kit.less(5, 3.5) on duckdb: it gives 1.5, and not 2.5"


def test_a_pack_without_words_and_tests(ship):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    found = wrong("rental")
    assert found["every metric says what it is (`about`)"] == [
        "rental.bookings has no `about`",
        "rental.turnover has no `about`",
    ]
    assert "there is no `test` block" in found["there are `test` blocks, and they pass"][0]


def test_a_pack_with_an_error(ship):
    ship("rental", {"definitions/bookings.metric": RENTAL + "metric wrong = sum(booking.nothing)\n"})
    assert (
        "rental:definitions/bookings.metric:5: N201"
        in wrong("rental")["the definitions have no errors and no warnings"][0]
    )


def test_a_plugin_that_is_not_there():
    assert list(wrong("nowhere").values()) == [["no plugin `nowhere` is installed"]]


SUITES = """
from pathlib import Path
from metricdsl.testing import AdapterSuite, FunctionSuite, PackSuite

class TestMeans(FunctionSuite):
    plugin = "means"
    folder = Path({means!r})

class TestNone(PackSuite):
    plugin = "none"
    folder = Path({none!r})
"""


def test_the_suites_are_tests_of_a_third_party(pytester: pytest.Pytester):
    root = Path(__file__).resolve().parents[2]
    text = SUITES.format(means=str(root / "plugins" / "metricdsl-means"), none=str(pytester.path))
    pytester.makepyfile(test_suites=text)
    results = pytester.runpytest("-p", "no:randomly", "-p", "no:cacheprovider")
    results.assert_outcomes(passed=5, failed=0, errors=5)
    results.stdout.fnmatch_lines(["*there is no pyproject.toml in*"])
