"""What is worked out behind SQL is what SQL works out: the examples of each function that there is in both, and what they leave out."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from metricdsl.execution.local_formula import Working
from metricdsl.execution.local_functions import FUNCTIONS, LAZY
from metricdsl.model.formula import Call, Constant
from metricdsl.model.result_functions import WORKED_OUT
from metricdsl.plugins import builtin_registry
from metricdsl.spi.local_steps import LocalSteps
from tests.builtins import formulas
from tests.builtins.engines import same

STEPS = LocalSteps(fetched=(), columns=(), functions=(), today=date(2026, 6, 30))
EXAMPLES = [
    (name, example.formula, example.gives)
    for name in sorted(WORKED_OUT)
    for example in builtin_registry().functions[name].examples
    if not (name == "add" and "month" in example.formula) and not (name in {"add", "subtract"} and "20" in example.formula)
]  # fmt: skip


def expression(tree):
    if isinstance(tree, formulas.Applied):
        return Call(type=tree.type, function=tree.function, arguments=tuple(map(expression, tree.arguments)))
    return Constant(type=tree.type, value=tree.value)


def worked(text):
    working = Working(STEPS, {}, lambda *_: None, lambda *_: None)
    return working.value(expression(formulas.typed(builtin_registry(), text)), (), 0)


def test_all_that_can_be_worked_out_is():
    assert {*FUNCTIONS, *LAZY} == WORKED_OUT


@pytest.mark.parametrize(("name", "formula", "gives"), EXAMPLES)
def test_an_example(name, formula, gives):
    assert same(worked(formula), formulas.cell(gives))


@pytest.mark.parametrize(
    ("formula", "gives"),
    [
        ("2026-01-01 < 2026-01-01T00:00:01", True),
        ("least(2026-01-02, 2026-01-01T12:00:00)", datetime.fromisoformat("2026-01-01 12:00:00")),
        ("1.10 * 3", Decimal("3.30")),
        ("0.1 + 0.2 = 0.3", True),
        ("power(4, 1 / 2)", 2.0),
        ("case(null = 1, 1, 2 > 1, 2.5, 3)", Decimal("2.5")),
        ("(1 hour) / 3", 1_200_000_000),
        ("null in (1, 2)", None),
        ("clamp(5 / 2, 0, 1)", 1.0),
    ],
)
def test_besides(formula, gives):
    assert worked(formula) == gives


def test_x723_a_number_that_no_float_holds():
    from metricdsl.spi.adapter import AdapterError

    with pytest.raises(AdapterError) as raised:
        worked("exp(700) * exp(700)")
    assert raised.value.problem.code == "X723"
