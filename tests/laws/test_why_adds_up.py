"""Why a metric moved: its parts add up to the change, and are what plain questions say, on generated shops."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given, note
from hypothesis import strategies as st

from metricdsl import QueryError
from metricdsl.insight.decomposition import Piece, Standing
from metricdsl.insight.why import Question
from metricdsl.insight.why_answer import ByDimension, Why
from metricdsl.source import SourceFile
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate.shops import LEAP, NEW_YEAR, YEARS
from metricdsl.testing.reference import Settings
from tests.laws.shop_asked import DIMENSIONS, FEW, Shopping, shoppings, stocks

pytestmark = [pytest.mark.timeout(1800), pytest.mark.parametrize("engine", ["duckdb", "sqlite"])]

ADDED = (
    "count(order)", "sum(order.amount)", "sum(order.qty)", 'sum(order.qty where status = "x")', "(count(order) at shipped_at)",
    "sum(order.amount) / 4", "trailing(sum(order.qty), 28 days)", "running(count(order))", "sum(sum(order.qty) per customer)",
)  # fmt: skip
DIFFERENCES = (
    "count(order) - count(order where qty > 1)",
    "coalesce(sum(order.qty), 0) - (count(order) as number)",
)
RATIOS = (
    "avg(order.qty)", "avg(order.amount, weight: order.qty)", 'rate(order, that: status = "x")', "sum(order.amount) / count(order)",
    '1 - rate(order, that: status = "x")', "count(order where qty > 1) / count(order)", "1000 * count(order where qty > 1) / count(order) as number",
    'rate(order, that: status = "x") - rate(order, that: qty > 1)', "avg(order.shipped_at - date(order.ordered_at))",
)  # fmt: skip
OVERLAPPING = (
    "count(distinct order.customer)",
    "avg(sum(order.qty) per customer)",
    "count(order) / count(distinct order.customer) as number",
)
PRODUCTS = (
    "count(order) * sum(order.qty) as number", "count(distinct order.customer) * (count(order) / count(distinct order.customer)) as number",
    "count(order) * avg(order.qty) as number",
)  # fmt: skip
REFUSED = ("median(order.qty)", "max(order.qty)", "round(sum(order.qty))", "stddev(order.qty)")

PAIRS = (
    (LEAP, "2024-02", "prior 1 month"), (LEAP, "2024-03", "prior 1 month"), (NEW_YEAR, "2025-01", "prior 1 month"),
    (NEW_YEAR, "2024-12-30 to 2025-01-05", "prior 7 days"), (YEARS, "2024", "prior year"), (YEARS, "2025", "prior year"),
)  # fmt: skip
"""Seasons of rows, with a period and what it is compared with that both have many of them."""
BEFORE = {"prior 1 month": "1 month", "prior year": "1 year", "prior 7 days": "7 days"}
DAY = date(2030, 6, 15)
CLOSE = Fraction(1, 10**9)


@frozen(eq=False, repr=False)
class Asked:
    """A shop, a formula, a period, what it is compared with, and a dimension."""

    shop: Shopping
    formula: str
    period: str
    vs: str
    dimension: str


@st.composite
def changes(draw: st.DrawFn, *formulas: str, of_stocks: bool = False) -> Asked:
    """What is asked of a generated shop."""
    season, period, vs = draw(st.sampled_from(PAIRS))
    shop = draw(shoppings(season))
    formula = draw(st.sampled_from((*formulas, *(stocks(shop.shop) if of_stocks else ()))))
    reached = DIMENSIONS if "order" in formula else [d for d in DIMENSIONS if d.startswith("customer")]
    return Asked(shop, formula, period, vs, draw(st.sampled_from(reached)))


def moved(bench: Bench, engine: str, asked: Asked) -> Why | None:
    """Why a formula moved; None where one of the two values is none, as a plain question says too."""
    note(f"{asked.formula} during {asked.period} vs {asked.vs} by {asked.dimension}")
    refused: set[str] = set()
    try:
        return explained(bench, engine, asked)
    except QueryError as error:
        refused = {problem.code for problem in error.problems if problem.severity.value == "error"}
    assert refused == {"Q522"}, asked.formula
    assert None in plainly(bench, engine, asked)[()]
    return None


def explained(bench: Bench, engine: str, asked: Asked) -> Why:
    """Why a formula moved, as a metric of the shop. Raises QueryError."""
    shop = evolve(asked.shop, more=f"\nmetric watched = {asked.formula}\n")
    question = Question(metric="watched", period=asked.period, vs=asked.vs, by=(asked.dimension,))
    files = (SourceFile.of("case.metric", shop.text),)
    return bench.why(engine, files, shop.tables, question, Settings(today=DAY))


def plainly(bench: Bench, engine: str, asked: Asked, *by: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The formula now and before, as a plain question has them."""
    columns = f"x: ({asked.formula}), y: prior({asked.formula}, {BEFORE[asked.vs]})"
    return asked.shop.groups(bench, engine, columns, by, f"during {asked.period}")


def close(one: Any, other: Any, beside: Fraction) -> bool:
    """Whether two numbers are the same, but for what floats are rounded by."""
    return abs(Fraction(one) - Fraction(other)) <= CLOSE * max(beside, 1)


def size(found: Why) -> Fraction:
    return max(abs(found.before), abs(found.now))


def add_up(found: Why, *, exact: bool) -> None:
    for one in found.dimensions:
        parts = sum((piece.part for piece in one.pieces), Fraction(0))
        assert parts + one.rest == found.change
        beside = max([size(found), *(abs(piece.part) for piece in one.pieces)])
        assert one.rest == 0 if exact else close(one.rest, 0, beside), (one.name, float(one.rest))
    for made in (found.factors, found.terms):
        if made:
            assert close(
                sum(part.part for part in made),
                found.change,
                max([size(found), *(abs(p.part) for p in made)]),
            )


@FEW
@given(asked=changes(*ADDED, of_stocks=True))
def test_what_adds_up(bench: Bench, engine: str, asked: Asked):
    """The part of each member is its own change, as two plain questions say."""
    found = moved(bench, engine, asked)
    if found is None:
        return
    add_up(found, exact="/" not in asked.formula)
    assert {one.name for one in found.dimensions} == {asked.dimension}, found.left_out
    for one in found.dimensions:
        plain = plainly(bench, engine, asked, one.name)
        assert {piece.member for piece in one.pieces} == {member for (member,) in plain}
        for piece in one.pieces:
            x, y = (value or 0 for value in plain[(piece.member,)])
            assert piece.part == x - y


@FEW
@given(asked=changes(*RATIOS))
def test_mix_and_rate(bench: Bench, engine: str, asked: Asked):
    """The parts of a ratio add up; each is made of its member's rate as a plain question has it, and of weights that are all."""
    found = moved(bench, engine, asked)
    if found is None:
        return
    add_up(found, exact=False)
    for one in found.dimensions:
        assert close(one.mix + one.rate + one.came_and_went + one.rest, found.change, size(found))
        plain = plainly(bench, engine, asked, one.name)
        for piece in one.pieces:
            assert (piece.mix is None) == (piece.standing is not Standing.BOTH)
            if "avg(order.shipped_at" not in asked.formula:  # durations come as the engine gives them
                _same_rates(piece, plain[(piece.member,)], size(found))
        _made_of_weights(one, found)


def _same_rates(piece: Piece, plain: tuple[Any, ...], beside: Fraction) -> None:
    for mine, told in zip((piece.now, piece.before), plain, strict=True):
        if told is not None:
            assert mine is not None
            assert close(mine, told, beside)


def _made_of_weights(one: ByDimension, found: Why) -> None:
    """The equations of the reference, written once more."""
    if any(piece.weight_now is None for piece in one.pieces):
        return  # of several ratios each has weights of its own
    before = [(piece.weight_before or 0, piece.before or 0) for piece in one.pieces]
    now = [(piece.weight_now or 0, piece.now or 0) for piece in one.pieces]
    assert sum(weight for weight, _ in before) == sum(weight for weight, _ in now) == 1
    middle = (sum(w * r for w, r in before) + sum(w * r for w, r in now)) / 2
    for piece, (w0, r0), (w1, r1) in zip(one.pieces, before, now, strict=True):
        if piece.standing is Standing.BOTH:
            assert piece.mix == (w1 - w0) * ((r0 + r1) / 2 - middle)
            assert piece.rate == (r1 - r0) * (w0 + w1) / 2
        elif piece.standing is Standing.NEW:
            assert piece.part == w1 * (r1 - middle)
        elif piece.standing is Standing.VANISHED:
            assert piece.part == -w0 * (r0 - middle)
    assert close(middle, (found.before + found.now) / 2, size(found))


@FEW
@given(asked=changes(*OVERLAPPING, *DIFFERENCES, *PRODUCTS))
def test_what_overlaps_adds_up_or_is_left_out(bench: Bench, engine: str, asked: Asked):
    """Things that are in several members are never added up; terms and factors always are."""
    found = moved(bench, engine, asked)
    if found is None:
        return
    formula = asked.formula
    add_up(found, exact=formula in OVERLAPPING[:1] or formula in DIFFERENCES)
    if formula in DIFFERENCES:
        assert len(found.terms) == 2
    if formula == PRODUCTS[0]:
        assert found.dimensions == ()
        assert [part.name for part in found.factors] == ["count(order)", "sum(order.qty)"]
    if formula in PRODUCTS[1:]:
        assert {one.kind for one in found.dimensions} <= {"parts"}  # what is divided by cancels
    if formula in OVERLAPPING:
        counted, period = "x: count(distinct order.customer)", f"during {asked.period}"
        groups = asked.shop.groups(bench, engine, counted, (asked.dimension,), period)
        ((whole,),) = asked.shop.groups(bench, engine, counted, (), period).values()
        if sum(x for (x,) in groups.values()) != whole:
            assert [one.name for one in found.left_out] == [asked.dimension]


@FEW
@given(asked=changes(*REFUSED))
def test_what_has_no_parts_is_refused(bench: Bench, engine: str, asked: Asked):
    with pytest.raises(QueryError) as refused:
        explained(bench, engine, asked)
    assert {problem.code for problem in refused.value.problems} <= {"Q521", "Q522"}
