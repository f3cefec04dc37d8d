"""What is inferred of units: a sum that is refused has no unit that explains it."""

from fractions import Fraction
from itertools import product

import pytest

from metricdsl import analysis
from metricdsl.model.settings import Settings
from metricdsl.model.unit import Base, Unit
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read

pytestmark = pytest.mark.timeout(900)

REGISTRY = builtin_registry()
ENTITIES = """entity customer from customers { key customer_id }
entity order from orders {
  key id  join customer on customer_id  time day : date
  fact amount : money(USD, 2)  fact cost : money(EUR, 2)  fact pieces : integer
}
metric dollars  = sum(order.amount) at day
metric euros    = sum(order.cost) at day
metric orders   = count(order) at day
metric buyers   = count(distinct order.customer) at day
metric pieces   = sum(order.pieces) at day
"""
BASE = ("dollars", "euros", "orders", "buyers", "pieces")
FORMULAS = (
    *BASE,
    *(f"{a} / {b}" for a, b in product(BASE, BASE) if a != b),
    "dollars * orders",
    "orders * orders",
)
FACTORS = [Fraction(7) ** power for power in range(-4, 5)]


def test_for_every_refused_pair_of_units_scaling_one_changes_the_value_by_no_factor_that_a_unit_explains():
    """dollars + orders: in cents, the one side is a hundred times as large and the other is not."""
    lines = [f"metric f{at} = {formula}" for at, formula in enumerate(FORMULAS)]
    pairs = [(a, b) for a in range(len(FORMULAS)) for b in range(a, len(FORMULAS))]
    lines += [f"metric s{a}_{b} = f{a} + f{b}" for a, b in pairs]
    read_ = read(SourceFile.of("units.metric", ENTITIES + "\n".join(lines)))
    outcome = analysis.resolve([read_.value], REGISTRY, None, Settings())
    model = outcome.value.model
    assert {p.code for p in outcome.problems if p.severity.value == "error"} <= {"T301", "T302", "T304"}
    refused = 0
    for a, b in pairs:
        one, other = (model.metrics[f"f{at}"].type.unit for at in (a, b))
        explained = all(_explained(one, other, base) for base in _bases(one) | _bases(other))
        taken = f"s{a}_{b}" in model.metrics
        assert taken == explained, (FORMULAS[a], FORMULAS[b])
        refused += not taken
    print(f"{len(pairs)} pairs of units, {refused} refused because no factor explains their sum")
    assert refused > 100


def _bases(unit: Unit) -> set[Base]:
    return {base for base, _ in unit.powers}


def _explained(one: Unit, other: Unit, base: Base) -> bool:
    """Whether the sum of two values, with one base unit seven times smaller, is the old one times a power of seven."""
    first, second = Fraction(31), Fraction(17)
    scaled = first * Fraction(7) ** dict(one.powers).get(base, 0)
    scaled += second * Fraction(7) ** dict(other.powers).get(base, 0)
    return scaled / (first + second) in FACTORS
