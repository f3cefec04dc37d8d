"""What parameters, units and policies are in the model."""

from datetime import date

from metricdsl.model.formula import Constant
from metricdsl.model.types import Kind
from tests.analysis.reading import ask, resolve

DEALS = """
entity deal from deals { key deal_id  time closed_on : date  fact amount : money(USD, 2)  fact size : box }
unit box "Boxes"
metric boxes = sum(deal.size)
metric boxes_of_a_deal = boxes / count(deal)
"""


def constants(formula):
    if isinstance(formula, Constant):
        return [formula]
    parts = [*getattr(formula, "arguments", ()), *filter(None, [getattr(formula, "where", None)])]
    return [found for part in parts for found in constants(part)]


def test_a_parameter_is_its_default_with_its_unit():
    outcome = resolve(
        DEALS
        + """
        param large : money(USD) = 10000
        param start = 2026-01-31
        metric large_deals = count(deal where amount >= large and closed_on >= start)
        """
    )
    assert not outcome.problems
    found = constants(outcome.value.model.metrics["large_deals"].formula)
    assert [c.value for c in found] == [10000, date(2026, 1, 31)]
    assert [c.type.unit.text for c in found] == ["USD", "number"]
    assert [c.type.kind for c in found] == [Kind.INTEGER, Kind.DATE]


def test_another_default_is_another_formula():
    one, other = (
        resolve(DEALS + f"param p = {p}\nmetric m = count(deal where amount > p)").value.model.metrics["m"]
        for p in (1, 2)
    )
    assert one.fingerprint != other.fingerprint


def test_a_declared_unit_is_a_unit():
    model = resolve(DEALS).value.model
    assert model.metrics["boxes"].type.unit.text == "box"
    assert model.metrics["boxes_of_a_deal"].type.unit.text == "box per deal"


def test_a_policy_is_in_the_request_with_what_is_known_of_the_one_who_asks():
    outcome = resolve(DEALS + "policy on deal { amount < context.limit }")
    for query in ("boxes", "count(deal) by month", "values deal.closed_on"):
        asked = ask(outcome, query)
        assert asked.value is None
        assert [p.code for p in asked.problems] == ["Q510"]
        told = ask(outcome, query, principal={"limit": "20"})
        (policy,) = told.value.entities["deal"].policies
        assert [c.value for c in constants(policy)] == [20]
        assert told.value.whole["deal"].policies == ()
