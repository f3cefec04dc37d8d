"""Each function's examples give what they say, on each engine, on constants and on columns."""

import pytest

from metricdsl.model.types import Kind, ValueType
from metricdsl.plugins import builtin_registry
from metricdsl.registry import Registry
from metricdsl.spi.defs import ConstantType, Example, Mismatch
from metricdsl.spi.lowering import Refused
from metricdsl.syntax import nodes
from tests.builtins import formulas
from tests.builtins.engines import Engine, same

REGISTRY = builtin_registry()
FUNCTIONS = [(f.name, e) for f in REGISTRY.functions.values() for e in f.examples]
AGGREGATIONS = [(a.name, e) for a in REGISTRY.aggregations.values() for e in a.examples]


@pytest.mark.parametrize(("name", "example"), FUNCTIONS, ids=[f"{n} {e.formula}" for n, e in FUNCTIONS])
@pytest.mark.parametrize("lift", [False, True], ids=["constants", "columns"])
def test_a_function_gives_what_its_examples_say(
    registry: Registry, engine: Engine, name: str, example: Example, lift: bool
):
    if isinstance(registry.row(registry.functions[name], engine.name), Refused):
        pytest.skip("refused on this engine")
    formula = formulas.typed(registry, example.formula, lift=lift)
    found = engine.values(registry, formula)
    assert same(found, formulas.cell(example.gives)), (found, formula.type)


@pytest.mark.parametrize(("name", "example"), AGGREGATIONS, ids=[e.formula for _, e in AGGREGATIONS])
def test_an_aggregate_gives_what_its_examples_say(
    registry: Registry, engine: Engine, name: str, example: Example
):
    call = formulas.parsed(example.formula)
    assert isinstance(call, nodes.Call)
    words = [formulas.literal(a.value) for a in call.arguments if a.name is not None]
    written = [
        a.value.items if isinstance(a.value, nodes.Group) else (a.value,)
        for a in call.arguments
        if a.name is None
    ]
    constants = []
    if registry.aggregations[name].ordered and registry.aggregations[name].least == 2:
        constants = [formulas.literal(*written.pop())]
    constants += words
    columns = [[_value(registry, cell) for cell in column] for column in zip(*written, strict=True)]
    types = [_type(column) for column in columns]
    given = [
        *types,
        *(ConstantType(c.type.kind, c.type.unit, c.type.scale, value=c.value) for c in constants),
    ]
    result = registry.aggregations[name].infer(given)
    assert not isinstance(result, Mismatch), result
    rows = [
        [v.value if isinstance(v, formulas.Literal) else None for v in row]
        for row in zip(*columns, strict=True)
    ]
    found = engine.aggregate(registry, name, rows, types, constants, result)
    assert same(found, formulas.cell(example.gives)), found


def _value(registry: Registry, cell: nodes.Expr):
    return formulas.literal(cell) or formulas.typed(registry, "coalesce(null = 1)")


def _type(column) -> ValueType:
    kinds = {v.type.kind for v in column} - {Kind.NULL}
    kind = Kind.DECIMAL if kinds == {Kind.INTEGER, Kind.DECIMAL} else kinds.pop() if kinds else Kind.INTEGER
    return ValueType(kind, scale=max(v.type.scale for v in column))
