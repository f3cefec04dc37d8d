"""Functions that plugins contribute, in formulas: by the plugin's name, on all engines, and what goes wrong in them."""

import pytest

from metricdsl.diagnostics import Severity
from tests.plugins.test_host import install, manifest
from tests.plugins.test_packs import codes, project

__all__ = ["install", "project"]  # fixtures

HOOKS = """
from sqlglot import exp
from metricdsl.model.metric import Additivity
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import AggregationDef, FunctionDef
from metricdsl.spi.hooks import hookimpl

def infer(arguments):
    INFER

def lower(emit, operands, result):
    LOWER

@hookimpl
def metricdsl_functions():
    return [FunctionDef(name="twice", signature="(x: number) -> number", infer=infer, lower={"*": lower}, doc="x and x again.")]

@hookimpl
def metricdsl_aggregations():
    return [AggregationDef(name="loudest", signature="(x: number) -> number", infer=infer, doc="The largest.",
        lower={"*": lambda emit, operands, result: exp.Max(this=operands[0].sql)},
        additivity=Additivity.NON_ADDITIVE, identity=None, merge="max")]
"""
DEFINITIONS = """
entity order from orders { key id  fact amount : number }
metric doubled = sum(noise.twice(order.amount))
metric plain = sum(order.amount)
metric loud = noise.loudest(order.amount)
"""


@pytest.fixture
def noise(install, project):
    """A project with a plugin whose function is typed and written so."""

    def noise(
        infer="return ValueType(arguments[0].kind)", lower="return emit.call('add', *operands, *operands).sql"
    ):
        hooks = HOOKS.replace("INFER", infer).replace("LOWER", lower)
        install("fake_noise", "noise", manifest(hooks="fake_noise.hooks"), hooks=hooks)
        return project("noise", text=DEFINITIONS)

    return noise


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_a_function_and_an_aggregation_are_used_by_the_name_of_the_plugin(noise, dialect):
    opened = noise()
    assert codes(opened) == []
    assert '"amount" + ' in opened.query("doubled", connection=None).sql(dialect).replace("CAST(", "")
    assert "MAX(" in opened.query("loud", connection=None).sql(dialect)


def test_without_the_name_of_the_plugin_there_is_no_such_function(noise, project):
    noise()
    opened = project("noise", text=DEFINITIONS.replace("noise.", ""))
    assert codes(opened) == ["N210", "N210"]


@pytest.mark.parametrize("infer", ["raise KeyError('unit')", "return 3", "return arguments[7]"])
def test_p813_a_type_that_cannot_be_told(noise, infer):
    opened = noise(infer)
    problems = [problem for problem in opened.problems if problem.severity is Severity.ERROR]
    assert {problem.code for problem in problems} == {"P813"}
    assert "of the plugin noise 1.0" in problems[0].message()
    assert "plain" in opened.model.metrics


@pytest.mark.parametrize(
    "lower",
    [
        "raise RuntimeError('no such table')",
        "return 'sum(1)'",
        "return emit.call('no_such', *operands).nothing",
    ],
)
def test_p813_a_formula_that_cannot_be_written(noise, lower):
    opened = noise(lower=lower)
    asked = opened.query("doubled", connection=None)
    problems = [one for one in asked.compile("duckdb").problems if one.severity is Severity.ERROR]
    assert "P813" in {problem.code for problem in problems}
    assert "noise.twice of the plugin noise 1.0" in next(p for p in problems if p.code == "P813").message()
    assert "SUM" in opened.query("plain", connection=None).sql("duckdb")
