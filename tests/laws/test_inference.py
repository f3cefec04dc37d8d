"""What is inferred of units: a sum that is refused has no unit that explains it, and one that is taken has no unit against it."""

from fractions import Fraction
from itertools import product

import pytest
from attrs import frozen

from metricdsl import analysis
from metricdsl.model.settings import Settings
from metricdsl.model.types import Kind
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


TIMED = """unit seat
entity job from jobs {
  key id  time began_at : timestamp default  time ended_at : timestamp
  fact seats : seat  fact paid : money(USD, 2)  fact rate : USD / hour  fact items : integer
}
metric took   = sum(job.ended_at - job.began_at)
metric late   = avg(job.ended_at - job.began_at)
metric seats  = sum(job.seats)
metric jobs   = count(job)
metric paid   = sum(job.paid)
metric rates  = sum(job.rate)
metric items  = sum(job.items)
"""


@frozen
class Quantity:
    """A formula with what it is of, counted here: the exponents of its units, time among them, and whether it is a duration."""

    formula: str
    powers: dict[str, int]
    lasts: bool = False


MEASURED = (
    Quantity("took", {"time": 1}, True),
    Quantity("late", {"time": 1}, True),
    Quantity("seats", {"seat": 1}),
    Quantity("jobs", {"job": 1}),
    Quantity("paid", {"USD": 1}),
    Quantity("rates", {"USD": 1, "time": -1}),
    Quantity("items", {}),
)


def _made(a: Quantity, operator: str, b: Quantity) -> Quantity | None:
    """A product or quotient; None for what is none (two durations), for the square of a time, and for a number of hours, which
    would be a duration of another kind."""
    if operator == "*" and a.lasts and b.lasts:
        return None
    sign = 1 if operator == "*" else -1
    powers = {u: a.powers.get(u, 0) + sign * b.powers.get(u, 0) for u in a.powers | b.powers}
    powers = {unit: many for unit, many in powers.items() if many}
    time, lasts = powers.get("time", 0), a.lasts or (b.lasts and operator == "*")
    rate_times_length = operator == "*" and (a.lasts or b.lasts) and time == 0
    lasts = lasts and not rate_times_length and not (a.lasts and b.lasts)
    fits = time == 1 if lasts else time in {0, -1}
    return Quantity(f"({a.formula}) {operator} ({b.formula})", powers, lasts) if fits else None


def _more(some: list[Quantity], others: tuple[Quantity, ...]) -> list[Quantity]:
    made = [_made(a, operator, b) for a, b, operator in product(some, others, "*/") if a is not b]
    return [one for one in made if one is not None]


def test_a_sum_of_durations_and_numbers_of_other_units_is_taken_exactly_if_each_unit_explains_it():
    """(took / jobs) * seats + took is refused: of twice as many seats the one side is twice as long."""
    once = _more(list(MEASURED), MEASURED)
    twice = _more(once, MEASURED)
    chosen = [*MEASURED, *once, *twice[::7]]
    bare = {"items"}
    chosen = [
        one for one in chosen if one.powers or one.formula in bare
    ]  # a share and a number are other forms
    lines = [f"metric f{at} = {one.formula}" for at, one in enumerate(chosen)]
    pairs = [(a, b) for a in range(len(chosen)) for b in range(a, len(chosen), 1 + len(chosen) // 40)]
    lines += [f"metric s{a}_{b} = f{a} + f{b}" for a, b in pairs]
    lines += [f"metric c{a}_{b} = coalesce(f{a}, f{b})" for a, b in pairs]
    read_ = read(SourceFile.of("units.metric", TIMED + "\n".join(lines)))
    outcome = analysis.resolve([read_.value], REGISTRY, None, Settings())
    model = outcome.value.model
    assert {p.code for p in outcome.problems if p.severity.value == "error"} <= {"T301", "T302", "T304"}
    taken = 0
    for a, b in pairs:
        one, other = chosen[a], chosen[b]
        explained = one.powers == other.powers and one.lasts == other.lasts
        for word in "sc":
            assert (f"{word}{a}_{b}" in model.metrics) == explained, (one.formula, other.formula)
        taken += explained
    for at, one in enumerate(chosen):
        of = model.metrics[f"f{at}"].type
        found = {base.text: many for base, many in of.unit.powers}
        time = found.pop("hour", 0) + (of.kind is Kind.DURATION)
        assert found | ({"time": time} if time else {}) == one.powers, one.formula
    print(f"{len(chosen)} formulas, {len(pairs)} pairs of units, {taken} explained")
    assert taken > 100
    assert len(pairs) - taken > 1000


def _bases(unit: Unit) -> set[Base]:
    return {base for base, _ in unit.powers}


def _explained(one: Unit, other: Unit, base: Base) -> bool:
    """Whether the sum of two values, with one base unit seven times smaller, is the old one times a power of seven."""
    first, second = Fraction(31), Fraction(17)
    scaled = first * Fraction(7) ** dict(one.powers).get(base, 0)
    scaled += second * Fraction(7) ** dict(other.powers).get(base, 0)
    return scaled / (first + second) in FACTORS
