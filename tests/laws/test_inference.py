"""Laws of what is inferred, on generated programs: order, names and the way a metric is written change nothing."""

import re
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from metricdsl import analysis
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.settings import Settings
from metricdsl.model.unit import Base, Unit
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read
from metricdsl.testing.generate import Example, examples, nested_examples

pytestmark = pytest.mark.timeout(900)

REGISTRY = builtin_registry()
WORD = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|[^\W\d]\w*')
programs = st.one_of(examples(), nested_examples())


def meaning(*texts: str) -> tuple[SemanticModel, list[str]]:
    """The model of some files, and the codes of what is wrong with them."""
    read_ = [read(SourceFile.of(f"{at}.metric", text)) for at, text in enumerate(texts)]
    assert not [p.message() for one in read_ for p in one.problems]
    outcome = analysis.resolve([one.value for one in read_], REGISTRY, None, Settings())
    return outcome.value.model, sorted(p.code for p in outcome.problems)


def inferred(model: SemanticModel) -> dict[str, tuple]:
    """What is told of each metric, by its name."""
    return {m.name: (m.type, m.additivity, m.fingerprint) for m in model.metrics.values()}


def pieces(example: Example) -> list[tuple[nodes.Declaration, str]]:
    """The declarations of a program, each with its text."""
    source = example.files[0]
    return [(one, source.slice(one.span)) for one in read(source).value.declarations]


def members(example: Example) -> set[str]:
    """The names inside of entities: a word that is one of them may be a column."""
    entities = [one for one, _ in pieces(example) if isinstance(one, nodes.EntityDecl)]
    return {name for one in entities for m in one.members if (name := getattr(m, "name", ""))}


def exchanged(text: str, words: dict[str, str]) -> str:
    """The text with some of its words exchanged; what is quoted stays."""
    return WORD.sub(lambda match: words.get(match[0], match[0]), text)


@given(example=programs, chance=st.randoms(use_true_random=False), files=st.integers(1, 4))
@settings(max_examples=6)
def test_the_order_of_files_and_declarations_changes_nothing(example: Example, chance: Random, files: int):
    texts = [text for _, text in pieces(example)]
    before, wrong = meaning("\n".join(texts))
    chance.shuffle(texts)
    after, wrong_then = meaning(*("\n".join(texts[at::files]) for at in range(files)))
    assert inferred(after) == inferred(before)
    assert after.entities == before.entities
    assert wrong_then == wrong


@given(example=programs)
@settings(max_examples=6)
def test_renaming_everything_renames_nothing_else(example: Example):
    inside = members(example)
    named = (nodes.MetricDecl, nodes.SegmentDecl, nodes.DefineDecl)
    found = [one for one, _ in pieces(example)]
    names = {d.name: f"{d.name}_renamed" for d in found if isinstance(d, named) and d.name not in inside}
    parameters = {p.name for d in found if isinstance(d, nodes.DefineDecl) for p in d.parameters}
    names = {old: new for old, new in names.items() if old not in parameters}
    text = example.files[0].text
    before, wrong = meaning(text)
    after, wrong_then = meaning(exchanged(text, names))
    assert {names.get(n, n): told for n, told in inferred(before).items()} == inferred(after)
    assert before.entities.keys() == after.entities.keys()
    assert wrong_then == wrong


@given(example=programs, number=st.integers(0, 100))
@settings(max_examples=8)
def test_a_metric_and_its_definition_are_the_same(example: Example, number: int):
    inside = members(example)
    metrics = [(d, text) for d, text in pieces(example) if isinstance(d, nodes.MetricDecl)]
    plain = [d for d, _ in metrics if not d.properties and d.name not in inside]
    if not plain:
        return
    chosen = plain[number % len(plain)]
    source = example.files[0]
    words = {chosen.name: f"({source.slice(chosen.value.span)})"}
    text = "\n".join(
        f"{part[: d.value.span.start - d.span.start]}{exchanged(part[d.value.span.start - d.span.start :], words)}"
        if isinstance(d, nodes.MetricDecl) and d is not chosen
        else part
        for d, part in pieces(example)
    )
    note(text)
    before, after = meaning(source.text)[0], meaning(text)[0]
    assert inferred(after) == inferred(before)


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
