"""The same engines as for the tests of functions, and ways to run one function on columns."""

import pytest
from sqlglot import exp

from metricdsl.spi.defs import ConstantType
from metricdsl.spi.lowering import Operand
from tests.builtins.conftest import engine, registry
from tests.builtins.engines import decoded, stored, written
from tests.builtins.formulas import apply, column, typed

__all__ = ["engine", "registry"]


@pytest.fixture
def value(registry, engine):
    """The value of a formula, its constants in columns."""

    def run(formula, lift=True, week_start=1):
        found = typed(registry, formula, lift=lift) if isinstance(formula, str) else formula
        return engine.values(registry, found, week_start)

    return run


@pytest.fixture
def call(registry, engine):
    """The value of a function of columns of given types."""

    def run(function, *arguments, week_start=1):
        return engine.values(registry, apply(registry, function, arguments), week_start)

    return run


@pytest.fixture
def total(registry, engine):
    """The value of an aggregate over a column."""

    def run(function, values, type, *constants):
        given = [
            type,
            *(ConstantType(c.type.kind, c.type.unit, c.type.scale, value=c.value) for c in constants),
        ]
        result = registry.aggregations[function].infer(given)
        return engine.aggregate(registry, function, [[v] for v in values], [type], constants, result)

    return run


@pytest.fixture
def over(registry, engine):
    """A function of one column for many values at once: a list of results."""

    def run(function, values, type, *constants, week_start=1):
        emit = engine.emitter(registry, week_start)
        formula = apply(registry, function, (column(values[0], type), *constants))
        operand = Operand(sql=exp.column("x", "t"), type=type)
        rest = [emit.constant(c.value, c.type) for c in constants]
        lowered = emit.call(function, operand, *rest, result=formula.type).sql
        form = written(stored(emit, values[0], type), emit.definition)
        rows = ", ".join(f"({i}, {form.replace(str(values[0]), str(v))})" for i, v in enumerate(values))
        query = f"with t(n, x) as (values {rows}) select t.n, {written(lowered, emit.definition)} from t order by t.n"
        return [decoded(v, formula.type, engine.name) for _, v in engine.rows(query)]

    return run
