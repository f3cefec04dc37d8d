"""Products are the same however their factors are ordered and put in parentheses: of one type, one unit, one additivity."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metricdsl import analysis
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read

pytestmark = pytest.mark.timeout(900)

REGISTRY = builtin_registry()
SHOP = """entity order from orders {
  key id
  time day : date default
  time sent : date
  dimension paid : boolean
  fact amount : money(USD, 2)
  fact cost : money(USD, 2)
  fact pieces : integer
  fact part : share
}
metric revenue = sum(order.amount)
metric costs   = sum(order.cost)
metric orders  = count(order)
metric paid    = count(order where paid)
metric pieces  = sum(order.pieces)
metric took    = sum(order.sent - order.day)
metric rated   = rate(order, that: paid)
metric gained  = rated - prior(rated, 1 month)
metric grown   = growth(revenue, 1 month)
metric median_part = median(order.part)
"""
MULTIPLY = (
    "revenue",
    "costs",
    "orders",
    "paid",
    "pieces",
    "took",
    "rated",
    "gained",
    "grown",
    "median_part",
    "2",
    "0.5",
)
DIVIDE = (
    "revenue",
    "costs",
    "orders",
    "paid",
    "pieces",
    "rated",
    "median_part",
    "gained",
    "grown",
    "2",
    "0.5",
)
"""What divides. A quotient of two of one unit does not, since it is a share then: by it is a number, and turned round a share."""


@st.composite
def grouped(draw: st.DrawFn, over: tuple[str, ...], under: tuple[str, ...]) -> str:
    """One of the ways to write a product."""
    parts = [(one, 1) for one in over] + [(one, -1) for one in under]
    while len(parts) > 1:
        at = draw(st.integers(0, len(parts) - 1))
        one, sign = parts.pop(at)
        at = draw(st.integers(0, len(parts) - 1))
        other, of_other = parts.pop(at)
        if sign == of_other:
            parts.append((f"({one} * {other})", sign))
        else:
            above, below = (one, other) if sign == 1 else (other, one)
            parts.append((f"({above} / {below})", 1))
    return parts[0][0]


@st.composite
def written_twice(draw: st.DrawFn) -> tuple[str, str]:
    over = tuple(draw(st.lists(st.sampled_from(MULTIPLY), min_size=1, max_size=4)))
    under = tuple(draw(st.lists(st.sampled_from(DIVIDE), max_size=3)))
    return draw(grouped(over, under)), draw(grouped(over, under))


def inferred(*formulas: str):
    """Of each formula its kind, what it is measured in and its additivity; or why there is none."""
    lines = [f"metric f{at} = {formula}\n" for at, formula in zip(count(), formulas, strict=False)]
    read_ = read(SourceFile.of("products.metric", SHOP + "".join(lines)))
    outcome = analysis.resolve([read_.value], REGISTRY, None, Settings())
    metrics = outcome.value.model.metrics
    codes = sorted(p.code for p in outcome.problems if p.severity.value == "error")
    found = [metrics.get(f"f{at}") for at in range(len(formulas))]
    return [
        codes if one is None else (one.type.kind, one.type.measured, one.additivity.value) for one in found
    ]


@given(written=written_twice())
def test_a_product_is_the_same_however_it_is_grouped(written: tuple[str, str]):
    one, other = inferred(*written)
    assert one == other, written


def test_what_is_added_up_is_so_however_its_factors_are_grouped():
    formulas = (
        "(0.5 * 0.5) * took",
        "0.5 * (took * 0.5)",
        "orders * (2 / 0.5) / 2",
        "orders * 2 / 0.5 / 2",
        "-(2 + 1) * paid",
    )
    assert {one[2] for one in inferred(*formulas)} == {"additive"}
    assert [one[2] for one in inferred("orders * (2 / orders)", "(1 - paid / orders) * orders")] == [
        "not additive"
    ] * 2


@pytest.mark.parametrize(
    ("formulas", "measured"),
    [
        (("pieces * paid / orders", "pieces * (paid / orders)", "paid / (orders / pieces)", "paid / orders * pieces"), "number"),
        (("paid / orders / pieces", "paid / (orders * pieces)", "paid / pieces / orders", "1 / pieces * paid / orders"), "share"),
        (("rated * paid / orders", "rated * (paid / orders)", "paid * (rated / orders)"), "share"),
        (("2 * paid / orders", "2 * (paid / orders)", "paid / (orders / 2)", "2 / orders * paid"), "share"),
        (("grown * costs / revenue", "grown * (costs / revenue)", "costs / (revenue / grown)"), "change"),
        (("grown * grown * costs / revenue", "(grown * costs) * (grown / revenue)"), "number"),
        (("gained * costs / revenue", "gained * (costs / revenue)", "costs * (gained / revenue)"), "points"),
        (("took / (1 day) * costs / revenue", "took / (1 day) * (costs / revenue)", "took * costs / (1 day) / revenue"), "number"),
        (("(pieces * costs + revenue) / revenue", "(revenue - costs * pieces) / revenue"), "share"),
        (("paid / orders / rated", "paid / (orders * rated)", "paid / rated / orders", "1 / rated * (paid / orders)"), "number"),
        (("rated / median_part * (paid / orders)", "rated * paid / (median_part * orders)"), "number"),
        (("pieces / orders * paid", "paid * (pieces / orders)", "pieces * paid / orders"), "number"),
    ],
)  # fmt: skip
def test_what_products_are(formulas: tuple[str, ...], measured: str):
    assert [one[1] for one in inferred(*formulas)] == [measured] * len(formulas)
