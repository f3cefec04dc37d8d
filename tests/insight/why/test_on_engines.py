"""Why a number moved says the same on each engine, in the same fractions."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from metricdsl.insight.why import Question
from metricdsl.source import SourceFile
from metricdsl.testing.reference import Settings, Table

DEFINITIONS = """
entity customer from customers { key customer_id  dimension region : text }
entity deal from deals {
  key deal_id
  join customer on customer_id
  time closed_on : date
  dimension is_won : boolean
  fact amount : money(USD, 2)
}
metric revenue = sum(deal.amount where is_won)
metric won = count(deal where is_won)
metric buyers = count(distinct deal.customer)
metric win_rate = rate(deal, that: is_won)
metric size = revenue / won
metric level = avg(deal.amount, weight: deal.amount)
"""
TABLES = {
    "customers": Table((("customer_id", "integer"), ("region", "text")), ((1, "EU"), (2, "US"), (3, None))),
    "deals": Table(
        (
            ("deal_id", "integer"),
            ("customer_id", "integer"),
            ("closed_on", "date"),
            ("is_won", "boolean"),
            ("amount", "decimal(2)"),
        ),
        (
            (1, 1, date(2026, 3, 2), True, Decimal("10.10")),
            (2, 1, date(2026, 3, 9), False, Decimal("20.20")),
            (3, 2, date(2026, 3, 31), True, Decimal("30.30")),
            (4, 1, date(2026, 4, 1), True, Decimal("40.40")),
            (5, 2, date(2026, 4, 8), None, Decimal("50.50")),
            (6, 3, date(2026, 4, 30), True, None),
            (7, 9, date(2026, 4, 30), True, Decimal("0.01")),
        ),
    ),
}
FILES = (SourceFile.of("deals.metric", DEFINITIONS),)


def why(bench, engine, metric):
    question = Question(metric=metric, period="2026-04", by=("customer.region",))
    return bench.why(engine, FILES, TABLES, question, Settings(today=date(2026, 5, 2)))


def everywhere(bench, engine):
    revenue = why(bench, engine, "revenue")
    assert revenue.change == Fraction("0.01")
    (regions,) = revenue.dimensions
    parts = {piece.member: piece.part for piece in regions.pieces}
    assert parts == {"EU": Fraction("30.30"), "US": Fraction("-30.30"), None: Fraction("0.01")}
    assert regions.rest == 0
    assert [one.part for one in why(bench, engine, "buyers").dimensions[0].pieces] == [1, 0, 0]
    win_rate = why(bench, engine, "win_rate").dimensions[0]
    middle = (Fraction(2, 3) + 1) / 2
    made = {piece.member: (piece.mix, piece.rate, piece.part) for piece in win_rate.pieces}
    weights = Fraction(2, 3), Fraction(1, 3)
    mix = (weights[1] - weights[0]) * ((Fraction(1, 2) + 1) / 2 - middle)
    rate = Fraction(1, 2) * sum(weights) / 2
    assert made["EU"] == (mix, rate, mix + rate)
    assert made["US"] == (None, None, -Fraction(1, 3) * (1 - middle))
    assert made[None] == (None, None, Fraction(2, 3) * (1 - middle))
    size = why(bench, engine, "size")
    assert [one.name for one in size.factors] == ["revenue", "won"]
    for found in (size, why(bench, engine, "level")):
        (one,) = found.dimensions
        assert abs(one.rest) < Fraction(1, 10**9)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_engines_inside_this_process(bench, engine):
    everywhere(bench, engine)


@pytest.mark.postgres
def test_postgres(postgres_bench):
    everywhere(postgres_bench, "postgres")
